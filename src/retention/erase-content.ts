/**
 * Erases classes of one stream's content. In this order, so that a crash between two steps leaves the rows, and whoever
 * comes next finds them and goes on from there:
 *
 *   keys overwritten ─▶ `payload.erased` in the ledger ─▶ rows removed
 */
import type { House } from '../commands/house.ts'
import type { EventDraft, SealedPayload } from '../ledger/event.ts'
import type { StoredPayload } from '../ledger/stored-payloads.ts'
import { erasureStream } from './deletion-of.ts'
import type { Cause, PayloadErased } from './retention-events.ts'

export interface Erasing {
  readonly deletion: string
  readonly cause: Cause
  readonly by: string
}

export interface Erased {
  /** By class. */
  readonly payloads: ReadonlyMap<string, number>
  readonly keys: number
}

/** So many payloads at once: nobody waits for more than that. */
const batch = 256
/** What stands at the head of a payload, its key's id among it. */
const headBytes = 512

/** All classes unless some are named. */
export async function eraseContent(
  house: House,
  stream: string,
  erasing: Erasing,
  classes?: readonly string[],
): Promise<Erased> {
  const { ledger, tenant } = house
  const stored = (await ledger.stored.of(tenant, stream)).filter(
    (payload) => classes === undefined || classes.includes(payload.class),
  )
  if (stored.length === 0) return { payloads: new Map(), keys: 0 }
  const byClass = Map.groupBy(stored, (payload) => payload.class)
  let keys = 0
  for (const [name, payloads] of byClass) keys += await eraseKeys(house, stream, name, payloads)
  await record(house, stream, erasing, byClass)
  for (const some of batches(stored)) {
    await ledger.stored.remove(
      tenant,
      stream,
      some.map(({ n }) => n),
    )
  }
  return { payloads: new Map([...byClass].map(([name, payloads]) => [name, payloads.length])), keys }
}

async function eraseKeys(
  { ledger, sealer, tenant }: House,
  stream: string,
  ofClass: string,
  stored: readonly StoredPayload[],
): Promise<number> {
  let keys = 0
  for (const some of batches(stored)) {
    const payloads = await ledger.payloads(
      tenant,
      stream,
      some.map(({ n }) => n),
    )
    keys += await sealer.erase(stream, ofClass, payloads.map(headOf))
  }
  return keys
}

const headOf = (payload: SealedPayload): SealedPayload => ({
  ...payload,
  ciphertext: payload.ciphertext.slice(0, headBytes),
})

/** Once for each class: what an erasure that was interrupted has said already is not said again. */
async function record(
  { ledger, tenant }: House,
  stream: string,
  { deletion, cause, by }: Erasing,
  byClass: ReadonlyMap<string, readonly StoredPayload[]>,
): Promise<void> {
  const name = erasureStream(stream)
  const said = (await ledger.read(tenant, name)).map(({ body }) => body as PayloadErased)
  const events = [...byClass].flatMap(([ofClass, stored]): EventDraft[] => {
    const through = Math.max(...said.filter((body) => body.class === ofClass).map((body) => body.through), -1)
    const unsaid = stored.filter(({ n }) => n > through)
    const last = unsaid.at(-1)
    if (!last) return []
    const body = { deletion, cause, stream, class: ofClass, count: unsaid.length, through: last.n }
    return [{ type: 'payload.erased', v: 1, actor: by, body }]
  })
  if (events.length === 0) return
  await ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream: name }],
    reads: {},
    decide: () => ({ append: [{ stream: name, after: 'any', events }], answer: undefined }),
  })
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += batch) yield items.slice(at, at + batch)
}
