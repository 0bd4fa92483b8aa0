/** A real ledger in memory with one projection, to see which rows its events make. */
import { systemClock } from '../src/clock.ts'
import { systemRandomness } from '../src/ids.ts'
import type { JsonObject } from '../src/json.ts'
import type { Projection } from '../src/ledger/projection.ts'
import type { Found, Read } from '../src/ledger/reads.ts'
import { openSqliteLedger } from '../src/ledger/sqlite/sqlite-ledger.ts'

/** Something that happened: when, in milliseconds since 1970, by whom, on which stream. */
export interface Happening {
  readonly at: number
  readonly stream: string
  readonly actor: string
  readonly events: readonly { readonly type: string; readonly body: JsonObject }[]
}

const tenant = 'default'

/** The rows that these reads find once everything has happened, in order. */
export async function rowsAfter<const Reads extends Readonly<Record<string, Read>>>(
  projection: Projection,
  happenings: readonly Happening[],
  reads: Reads,
): Promise<Found<Reads>> {
  let now = 0
  const clock = { ...systemClock, now: () => now }
  await using ledger = await openSqliteLedger({
    file: ':memory:',
    projections: [projection],
    clock,
    random: systemRandomness,
  })
  for (const { at, stream, actor, events } of happenings) {
    now = at
    const drafts = events.map(({ type, body }) => ({ type, v: 1, actor, body }))
    await ledger.transact({
      tenant,
      locks: [],
      reads: {},
      decide: () => ({ append: [{ stream, after: 'any', events: drafts }], answer: undefined }),
    })
  }
  return ledger.find(tenant, reads)
}
