/**
 * The text that the benchmark's tool would have returned, which is Python's `json.dumps`: needed only to compare its
 * hash. Dollars are floats there; a gift card's balance is whole as long as no operation has touched it.
 */
import { floatText } from '../../examples/retail/float.ts'
import type { Outcome } from '../../examples/retail/outcome.ts'
import type { Store } from '../../examples/retail/store.ts'
import type { Json } from '../../src/json.ts'
import type { Call } from './data.ts'

export function observationText(store: Store, call: Call, outcome: Outcome<unknown>): string {
  if (!outcome.ok) return `Error: ${outcome.error}`
  if (typeof outcome.value === 'string') return outcome.value
  if (call.name !== 'get_product_details') return pythonText(JSON.parse(JSON.stringify(outcome.value)))
  return respaced(store.recordText('products', String(call.arguments.product_id)) ?? '')
}

function pythonText(value: Json, key = ''): string {
  if (typeof value === 'number') return Number.isInteger(value) && key === 'balance' ? String(value) : floatText(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map((member) => pythonText(member)).join(', ')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${pythonText(member, name)}`)
  return `{${members.join(', ')}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** Product texts keep the source's order of variants, which an object in memory would lose. */
function respaced(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.startsWith('"') ? token : `${token} `))
}
