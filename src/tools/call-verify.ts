/** Asks a tool what became of an effect. What it does not say clearly is not known. */
import type { Clock } from '../clock.ts'
import type { Json } from '../json.ts'
import { checkOutput, type RejectedOutput, type Returned, type Sending, type Why } from './call-tool.ts'
import { errorMessage } from './error-message.ts'
import { runWithDeadline } from './run-with-deadline.ts'
import type { Tool } from './tool.ts'

export type VerifyOutcome =
  /** It happened. The output, where the vendor could give it, checked as that of `execute` is. */
  | { readonly answer: 'committed'; readonly output?: Returned | RejectedOutput }
  /** The vendor has no such effect: final only after `settlesWithin`. */
  | { readonly answer: 'absent' }
  | { readonly answer: 'pending' }
  /** No answer: the effect is as unknown as it was. */
  | { readonly answer: 'none'; readonly why: Why | 'no_verify' | 'not_an_answer'; readonly message: string }

/** Never throws. The key, the attempt and the deadline are those of the asking, the key being the effect's own. */
export async function callVerify(
  tool: Tool,
  input: Json,
  { key, attempt, deadline, traceparent, withinMs, signal }: Omit<Sending, 'onLate'>,
  clock: Clock,
): Promise<VerifyOutcome> {
  if (tool.verify === undefined) return { answer: 'none', why: 'no_verify', message: 'the tool has no `verify`' }
  const ask = (inner: AbortSignal) => tool.verify?.({ key, attempt, deadline, traceparent, signal: inner, input })
  const asked = await runWithDeadline<unknown>(ask, { clock, withinMs, signal })
  if (asked.settled === 'value') return read(tool, asked.value)
  if (asked.settled === 'error') return { answer: 'none', why: 'threw', message: errorMessage(asked.error) }
  return {
    answer: 'none',
    why: asked.settled,
    message: `\`verify\` ${asked.settled === 'aborted' ? 'was aborted' : 'timed out'}`,
  }
}

async function read(tool: Tool, said: unknown): Promise<VerifyOutcome> {
  const answer = typeof said === 'object' && said !== null && 'answer' in said ? said.answer : undefined
  if (answer === 'absent' || answer === 'pending') return { answer }
  if (answer !== 'committed') {
    return { answer: 'none', why: 'not_an_answer', message: '`verify` answered neither committed, absent nor pending' }
  }
  const output = typeof said === 'object' && said !== null && 'output' in said ? said.output : undefined
  return output === undefined ? { answer } : { answer, output: await checkOutput(tool, output) }
}
