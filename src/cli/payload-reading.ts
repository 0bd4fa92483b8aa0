/** Content of one stream that an event names, opened for a person; nothing where it is no longer kept. */
import type { House } from '../commands/house.ts'
import type { Json } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { openContent, refsIn } from '../traces/read-trace.ts'

export async function contentOf(
  house: House,
  stream: string,
  event: LedgerEvent,
  key: string,
): Promise<Json | undefined> {
  const [ref] = refsIn(event.body[key])
  if (!ref) return undefined
  return (await openContent(house, stream, [ref])).get(ref.n)
}
