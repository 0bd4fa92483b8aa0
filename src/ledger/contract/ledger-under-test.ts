/** How the contract gets at the ledgers it tests, and the small vocabulary in which it speaks to them. */
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { JsonObject } from '../../json.ts'
import type { EventDraft, LedgerEvent } from '../event.ts'
import type { Append, Ledger, Lock } from '../ledger.ts'
import { projectionTables } from '../migrations/projection-tables.ts'
import type { Change, Projection } from '../projection.ts'

export type OpenLedger = (place: string, projections: readonly Projection[]) => Promise<Ledger>

export interface LedgerUnderTest {
  /** A place where no ledger is yet, such as a file name or a database URL. */
  freshPlace(): Promise<{ place: string; remove(): Promise<void> }>
  readonly open: OpenLedger
  /**
   * The module that exports `open`, so that another thread can open the same ledger; absent where a ledger lives in
   * one process alone.
   */
  readonly opener?: URL
  /** A later look at the database itself: whether all that is committed now is synced then. Absent without a disk. */
  syncedLater?(place: string): Promise<() => Promise<boolean>>
}

/** A projection that does what its events say: the contract needs rows, not a product. */
export const obedientProjection: Projection = {
  name: 'obedient',
  tables: Object.keys(projectionTables),
  project: ({ body }) => changesIn(body),
}

function changesIn({ changes }: JsonObject): readonly Change[] {
  // The contract's own events alone come here, and they were made from changes.
  return Array.isArray(changes) ? JSON.parse(JSON.stringify(changes)) : []
}

/** An event that changes rows. */
export const changing = (...changes: readonly Change[]): EventDraft => ({
  ...happened,
  body: { changes: JSON.parse(JSON.stringify(changes)) },
})

export const happened: EventDraft = { type: 'thing.happened', v: 1, actor: 'ada@acme.example', body: { of: 'note' } }

export const tenant = 'acme'

/** A ledger at a new place; after the test all that were opened there are closed, and the place is removed. */
export async function openFresh(t: TestContext, { freshPlace, open }: LedgerUnderTest) {
  const { place, remove } = await freshPlace()
  const opened: Ledger[] = []
  t.after(async () => {
    await Promise.all(opened.map((ledger) => ledger.close()))
    await remove()
  })
  const openHere = async () => {
    const ledger = await open(place, [obedientProjection])
    opened.push(ledger)
    return ledger
  }
  return { place, ledger: await openHere(), openAgain: openHere }
}

/** Appends events to one stream, whatever its head. */
export function append(ledger: Ledger, stream: string, events: readonly EventDraft[], of = tenant): Promise<void> {
  return appendAll(ledger, [{ stream, after: 'any', events }], of)
}

export function appendAll(ledger: Ledger, appends: readonly Append[], of = tenant): Promise<void> {
  return ledger.transact({
    tenant: of,
    locks: appends.map(({ stream }): Lock => ({ lock: 'stream', stream })),
    reads: {},
    decide: () => ({ append: appends, answer: undefined }),
  })
}

/**
 * What a tail shows, once it is so many events or more: a transaction that is open anywhere on a PostgreSQL server, in another
 * test's database as well, holds every tail of that server back.
 */
export async function tailOf(ledger: Ledger, count: number, after = 0): Promise<readonly LedgerEvent[]> {
  for (let looked = 0; ; looked++) {
    const events = await ledger.tail(tenant, after, count + 10)
    if (events.length >= count || looked === 1_000) return events
    await wait(10)
  }
}

/** Writes rows through one event. */
export const change = (ledger: Ledger, ...changes: readonly Change[]) =>
  append(ledger, 'rows/1', [changing(...changes)])

export async function headOf(ledger: Ledger, stream: string, of = tenant) {
  const { head } = await ledger.find(of, { head: { read: 'head', stream } })
  return head
}
