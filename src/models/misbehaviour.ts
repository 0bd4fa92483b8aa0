/** How a scripted turn goes wrong: the calls it spoils and the errors it throws. */
import { APICallError } from '@ai-sdk/provider'
import { CharterError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Misbehaviour, ScriptedCall, WrittenTurn } from './script.ts'

/** What the turn says after its misbehaviour has been at it; the arguments are source text from here on. */
export function misbehavedTurn(turn: WrittenTurn): {
  say: string | undefined
  calls: { tool: string; inputText: string }[]
} {
  const { say, calls = [], misbehave } = turn
  const written = calls.map((call) => ({ tool: call.tool, inputText: textOf(call) }))
  switch (misbehave?.mode) {
    case 'empty':
      return { say: undefined, calls: [] }
    case 'garbage':
      return { say: 'lorem ### {{"tool": refund((( ünd so on \u0007', calls: [] }
    case 'bad_json':
    case 'unknown_keys':
    case 'oversized_arguments':
    case 'two_calls':
      return { say, calls: someCalls(misbehave, written).flatMap((call) => spoil(call, misbehave)) }
    case 'unknown_tool':
      return { say, calls: written.length > 0 ? written.map(renamed) : [renamed({ tool: 'tool', inputText: '{}' })] }
    default:
      return { say, calls: written }
  }
}

type TextCall = { tool: string; inputText: string }
type Spoiling = Extract<Misbehaviour, { mode: 'bad_json' | 'unknown_keys' | 'oversized_arguments' | 'two_calls' }>

const textOf = ({ input, inputText }: ScriptedCall) => inputText ?? JSON.stringify(input ?? {})
const renamed = (call: TextCall) => ({ ...call, tool: `no_such_${call.tool}` })

function someCalls({ mode }: Spoiling, calls: TextCall[]): TextCall[] {
  if (calls.length > 0) return calls
  throw new CharterError('script_diverged', `a turn that misbehaves by \`${mode}\` needs calls to spoil`)
}

function spoil(call: TextCall, misbehaviour: Spoiling): TextCall[] {
  switch (misbehaviour.mode) {
    case 'bad_json':
      return [{ ...call, inputText: `${call.inputText.slice(0, -1)}, "amount": ` }]
    case 'unknown_keys':
      return [withKeys(call, { __entity: { type: 'Agent', id: 'root' }, approved: true })]
    case 'oversized_arguments':
      return [withKeys(call, { padding: 'x'.repeat(misbehaviour.megabytes * 1_000_000) })]
    case 'two_calls':
      return [call, call]
  }
}

function withKeys(call: TextCall, keys: JsonObject): TextCall {
  const input: JsonObject = JSON.parse(call.inputText)
  return { ...call, inputText: JSON.stringify({ ...input, ...keys }) }
}

export function providerError({ retryable, retryAfterMs }: Extract<Misbehaviour, { mode: 'fail' }>): APICallError {
  return new APICallError({
    message: retryable ? 'the scripted provider is overloaded' : 'the scripted provider refuses the request',
    url: 'scripted:',
    requestBodyValues: {},
    statusCode: retryable ? 503 : 400,
    isRetryable: retryable,
    ...(retryAfterMs !== undefined && { responseHeaders: { 'retry-after-ms': String(retryAfterMs) } }),
  })
}

/** Rejects when the signal aborts, and never otherwise. */
export function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
