/** A conversation as it is written for the scripted model, and which of its turns is played when. */
import type { Json, JsonObject } from '../json.ts'
import type { ModelUsage } from './model-request.ts'
import type { ScriptedRequest } from './scripted-request.ts'

export interface ScriptedCall {
  tool: string
  /** The arguments, or */
  input?: JsonObject
  /** their source text, exactly as the model is to give it. */
  inputText?: string
}

/** What the last tool result must look like: every part that is given. */
export interface ExpectedToolResult {
  tool?: string
  isError?: boolean
  /** A pattern on the output's JSON text, or JSON that it must hold: objects may have more keys, arrays not more items. */
  output?: RegExp | Json
}

/** Ways to go wrong on purpose. Those that spoil arguments spoil the calls of their own turn. */
export type Misbehaviour =
  /** The arguments break off in the middle. */
  | { mode: 'bad_json' }
  /** Keys that no schema lists are added, one of them Cedar's `__entity`. */
  | { mode: 'unknown_keys' }
  | { mode: 'oversized_arguments'; megabytes: number }
  /** Each call is made twice in the same answer. */
  | { mode: 'two_calls' }
  /** A tool is called that nobody offered. */
  | { mode: 'unknown_tool' }
  /** The turn is played again and again; nothing can come after it. */
  | { mode: 'loop' }
  /** Neither text nor calls. */
  | { mode: 'empty' }
  /** Words without sense, for that many turns. */
  | { mode: 'garbage'; times: number }
  /** No answer until the call is aborted. */
  | { mode: 'hang' }
  /** The provider fails that many times at this turn, in this process; then the turn is played. */
  | { mode: 'fail'; times: number; retryable: boolean; retryAfterMs?: number }
  /** Another model id answers. */
  | { mode: 'answer_as'; model: string }

export interface WrittenTurn {
  say?: string
  calls?: readonly ScriptedCall[]
  /** Without it: a token for every four characters. */
  usage?: Partial<Omit<ModelUsage, 'estimated'>>
  /** Checked before the turn is played; what fails or throws here is `script_diverged`. */
  expect?: ((request: ScriptedRequest) => void) | { lastToolResult: ExpectedToolResult }
  misbehave?: Misbehaviour
}

/** A turn that is reckoned from what tools answered. It is played once, also where it says `loop` or `garbage`. */
export type ComputedTurn = (request: ScriptedRequest) => WrittenTurn

export type ScriptedTurn = WrittenTurn | ComputedTurn

/** The place in the list of the turn played when the conversation has come to turn `turn` (from 1), if there is one. */
export function placeOfTurn(turns: readonly ScriptedTurn[], turn: number): number | undefined {
  let end = 0
  const place = turns.findIndex((written) => {
    end += timesOf(written)
    return turn <= end
  })
  return place === -1 ? undefined : place
}

/** The turn number at which the last written turn is played for the last time, or at all where it loops. */
export function lastTurnOf(turns: readonly ScriptedTurn[]): number {
  const lengths = turns.map(timesOf)
  return lengths.reduce((sum, length) => sum + (Number.isFinite(length) ? length : 1), 0)
}

function timesOf(turn: ScriptedTurn): number {
  if (typeof turn === 'function') return 1
  if (turn.misbehave?.mode === 'loop') return Number.POSITIVE_INFINITY
  return turn.misbehave?.mode === 'garbage' ? turn.misbehave.times : 1
}

/** Nothing where the expectation is met, else what was found instead. */
export function findDivergence(turn: WrittenTurn, request: ScriptedRequest): string | undefined {
  if (!turn.expect) return undefined
  if (typeof turn.expect === 'function') {
    turn.expect(request)
    return undefined
  }
  const { tool, isError, output } = turn.expect.lastToolResult
  const result = request.lastToolResult
  if (!result) return 'expected a tool result, and there is none'
  if (tool !== undefined && tool !== result.tool)
    return `expected a result of \`${tool}\`, and \`${result.tool}\` answered`
  if (isError !== undefined && isError !== result.isError) {
    return `expected ${isError ? 'an error' : 'no error'} of \`${result.tool}\`, and it answered ${clip(result.output)}`
  }
  if (output === undefined || holds(result.output, output)) return undefined
  const wanted = output instanceof RegExp ? String(output) : clip(output)
  return `expected ${wanted} of \`${result.tool}\`, and it answered ${clip(result.output)}`
}

const clip = (value: Json) => JSON.stringify(value).slice(0, 200)

function holds(found: Json | undefined, wanted: RegExp | Json): boolean {
  if (found === undefined) return false
  if (wanted instanceof RegExp)
    return new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).test(JSON.stringify(found))
  if (isList(wanted)) {
    return isList(found) && found.length === wanted.length && wanted.every((item, index) => holds(found[index], item))
  }
  if (!isRecord(wanted)) return found === wanted
  return isRecord(found) && Object.entries(wanted).every(([key, value]) => holds(found[key], value))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isRecord = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)
