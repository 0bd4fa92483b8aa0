/** One call of a model, straight through the provider interface of the AI SDK. Retrying is the engine's business. */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Clock } from '../clock.ts'
import { CharterError, isCharterError } from '../errors.ts'
import { readAnswer } from './answer.ts'
import { toModelFailed } from './model-failure.ts'
import type { ModelAnswer, ModelRequest } from './model-request.ts'
import { toCallOptions } from './prompt.ts'

export interface CallModelOptions {
  clock: Clock
  signal?: AbortSignal | undefined
  /** How long it may think, milliseconds; for ever unless said otherwise. */
  withinMs?: number
  /** Bytes of the whole answer as JSON; 1 MB unless said otherwise. */
  maxAnswerBytes?: number
}

/**
 * Asks the model once. Throws `model_failed` (`modelFailureOf` tells whether a retry may help, and whether it was out
 * of time), the signal's own reason when the signal aborts (even where the provider does not listen to it), and errors
 * of the scripted model as they are.
 */
export async function callModel(
  model: LanguageModelV4,
  request: ModelRequest,
  { withinMs, signal, ...options }: CallModelOptions,
): Promise<ModelAnswer> {
  if (withinMs === undefined) return callUntil(model, request, signal, options)
  const answered = new AbortController()
  const late = timeLimit(options.clock, withinMs, answered.signal)
  try {
    return await callUntil(model, request, signal ? AbortSignal.any([signal, late]) : late, options)
  } finally {
    // A reason of our own: without one an abort makes an error, with a stack.
    answered.abort('answered')
  }
}

/** Aborts when the model may think no longer; `answered` ends the watch. */
function timeLimit(clock: Clock, withinMs: number, answered: AbortSignal): AbortSignal {
  const late = new AbortController()
  void clock.wait(withinMs, answered).then(() => {
    if (!answered.aborted) late.abort(outOfTime(withinMs))
  })
  return late.signal
}

const outOfTime = (withinMs: number) =>
  new CharterError('model_failed', `no answer within ${withinMs} ms`, { details: { retryable: true, timedOut: true } })

async function callUntil(
  model: LanguageModelV4,
  request: ModelRequest,
  signal: AbortSignal | undefined,
  { clock, maxAnswerBytes = 1_000_000 }: Omit<CallModelOptions, 'signal' | 'withinMs'>,
): Promise<ModelAnswer> {
  signal?.throwIfAborted()
  const started = clock.monotonic()
  try {
    const result = await untilAborted(async () => model.doGenerate(toCallOptions(request, signal)), signal)
    const answer = readAnswer(result, request, Math.round(clock.monotonic() - started))
    return withinBytes(answer, maxAnswerBytes)
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason
    if (isCharterError(thrown)) throw thrown
    throw toModelFailed(`${model.provider}/${model.modelId}`, thrown, clock.now())
  }
}

/** What was used is told all the same: the provider charges for an answer that nobody can read. Another may be shorter. */
function withinBytes(answer: ModelAnswer, limit: number): ModelAnswer {
  const bytes = Buffer.byteLength(JSON.stringify(answer))
  if (bytes <= limit) return answer
  throw new CharterError('model_failed', `answer too large: ${bytes} bytes, where ${limit} are the limit`, {
    hint: 'lower max_completion_tokens',
    details: { retryable: true, bytes, limit, usage: answer.usage, answeredModel: answer.answeredModel },
  })
}

function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    void work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
