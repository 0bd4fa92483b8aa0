/**
 * A language model that plays a written conversation: for demos, tests and drills, without a key and without a network.
 *
 * Which turn is played follows from the prompt alone (the assistant messages in it), so a process that crashed goes on
 * where it was. What a process remembers is only how far it was played and how often a turn has failed on purpose.
 */
import {
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4GenerateResult,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider'
import { CharterError, isCharterError, nearest } from '../errors.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { hang, misbehavedTurn, providerError } from './misbehaviour.ts'
import { findDivergence, lastTurnOf, placeOfTurn, type ScriptedTurn, type WrittenTurn } from './script.ts'
import { readScriptedRequest, type ScriptedRequest } from './scripted-request.ts'

export interface ScriptedModelOptions {
  /** `provider/name`, `scripted/demo` unless said otherwise. */
  id?: string
  conversations: Readonly<Record<string, readonly ScriptedTurn[]>>
  /** The conversation for a first user message; needed where there are several. */
  pick?: (opening: string) => string
}

export interface ScriptedModel extends LanguageModelV4 {
  /**
   * Throws `script_unfinished`, naming conversation and turn, unless every conversation (or the one named) was begun
   * and every beginning of it was played to its last turn.
   */
  assertPlayedToEnd(conversation?: string): void
}

/** Asked for more than was written, or for something else, it throws `script_diverged`; `usage` for a script that cannot end. */
export function scriptedModel({ id = 'scripted/demo', conversations, pick }: ScriptedModelOptions): ScriptedModel {
  const [provider = '', ...name] = id.split('/')
  const modelId = name.join('/')
  refuseUnreachableTurns(conversations)
  const played = playedSoFar(conversations)
  const failures = new Map<string, number>()

  const play = async (options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> => {
    const request = readScriptedRequest(options)
    const conversation = pickConversation(conversations, pick, request.opening)
    const turn = findTurn(conversation, conversations[conversation] ?? [], request)
    played.note(conversation, request)
    if (turn.misbehave?.mode === 'hang') return hang(options.abortSignal)
    if (turn.misbehave?.mode === 'fail') {
      const key = JSON.stringify([conversation, request.turn, request.opening])
      const failed = failures.get(key) ?? 0
      failures.set(key, failed + 1)
      if (failed < turn.misbehave.times) throw providerError(turn.misbehave)
    }
    return toResult(turn, request, options, modelId)
  }

  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls: {},
    doGenerate: play,
    doStream: async () => {
      throw new UnsupportedFunctionalityError({ functionality: 'streaming by the scripted model' })
    },
    assertPlayedToEnd: played.assertToEnd,
  }
}

type Conversations = ScriptedModelOptions['conversations']

function refuseUnreachableTurns(conversations: Conversations): void {
  for (const [conversation, turns] of Object.entries(conversations)) {
    const end = turns.findIndex((turn) => typeof turn === 'object' && turn.misbehave?.mode === 'loop')
    if (end === -1 || end === turns.length - 1) continue
    throw new CharterError(
      'usage',
      `conversation \`${conversation}\`: nothing can come after the loop at turn ${end + 1}`,
    )
  }
}

function pickConversation(conversations: Conversations, pick: ScriptedModelOptions['pick'], opening: string): string {
  const names = Object.keys(conversations)
  const [only] = names
  if (!pick && only !== undefined && names.length === 1) return only
  const picked = pick?.(opening)
  if (picked !== undefined && Object.hasOwn(conversations, picked)) return picked
  const near = picked === undefined ? undefined : nearest(picked, names)
  throw new CharterError('script_diverged', `no conversation is written for \`${opening.slice(0, 80)}\``, {
    hint: near ? `did you mean \`${near}\`?` : `\`pick\` must name one of ${names.join(', ')}`,
  })
}

function findTurn(conversation: string, turns: readonly ScriptedTurn[], request: ScriptedRequest): WrittenTurn {
  const place = placeOfTurn(turns, request.turn)
  const turn = place === undefined ? undefined : turns[place]
  if (!turn) {
    throw new CharterError('script_diverged', `conversation \`${conversation}\` has no turn ${request.turn}`, {
      hint: 'write the turn, or see why the run goes on where the conversation ends',
    })
  }
  const where = `conversation \`${conversation}\`, turn ${request.turn}`
  return divergingAt(where, () => {
    const written = typeof turn === 'function' ? turn(request) : turn
    const divergence = findDivergence(written, request)
    if (divergence) throw new CharterError('script_diverged', `${where}: ${divergence}`)
    return written
  })
}

function divergingAt<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (isCharterError(thrown)) throw thrown
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw new CharterError('script_diverged', `${where}: ${said}`, { cause: thrown })
  }
}

function toResult(
  turn: WrittenTurn,
  request: ScriptedRequest,
  options: LanguageModelV4CallOptions,
  modelId: string,
): LanguageModelV4GenerateResult {
  const { say, calls } = misbehavedTurn(turn)
  const content: LanguageModelV4Content[] = [
    ...(say ? [{ type: 'text' as const, text: say }] : []),
    ...calls.map(({ tool, inputText }, index) => ({
      type: 'tool-call' as const,
      toolCallId: `call_${request.turn}_${index + 1}`,
      toolName: tool,
      input: inputText,
    })),
  ]
  return {
    content,
    finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    usage: usageOf(turn, options, content),
    response: { modelId: turn.misbehave?.mode === 'answer_as' ? turn.misbehave.model : modelId },
    warnings: [],
  }
}

function usageOf({ usage = {} }: WrittenTurn, { prompt, tools }: LanguageModelV4CallOptions, content: unknown) {
  const total = usage.promptTokens ?? estimateTokens(JSON.stringify([prompt, tools ?? []]))
  const completion = usage.completionTokens ?? estimateTokens(JSON.stringify(content))
  return {
    inputTokens: {
      total,
      noCache: undefined,
      cacheRead: usage.cachedPromptTokens ?? 0,
      cacheWrite: usage.cacheWritePromptTokens ?? 0,
    },
    outputTokens: { total: completion, text: undefined, reasoning: usage.reasoningTokens ?? 0 },
  }
}

/** How far each beginning of each conversation was played in this process. */
function playedSoFar(conversations: Conversations) {
  const turnsByOpening = new Map<string, Map<string, number>>()

  const note = (conversation: string, { opening, turn }: ScriptedRequest) => {
    const openings = turnsByOpening.get(conversation) ?? new Map<string, number>()
    turnsByOpening.set(conversation, openings.set(opening, Math.max(turn, openings.get(opening) ?? 0)))
  }

  const assertToEnd = (only?: string) => {
    for (const conversation of only === undefined ? Object.keys(conversations) : [only]) {
      const end = lastTurnOf(conversations[conversation] ?? [])
      for (const turn of turnsByOpening.get(conversation)?.values() ?? [0]) {
        if (turn >= end) continue
        throw new CharterError(
          'script_unfinished',
          `conversation \`${conversation}\` was played up to turn ${turn} of ${end}`,
          { hint: `the run never asked for turn ${turn + 1}` },
        )
      }
    }
  }

  return { note, assertToEnd }
}
