/**
 * Erases what is known of one person or thing: every run that touched it comes to rest for good, and then its content
 * goes. Ordered again after a crash it goes on where that left it, and on a subject that was erased it finds what came since.
 *
 *   subject.erasing ─▶ each run: ended, effects named ─▶ keys, deletions, rows ─▶ subject.erased
 */
import { appendDecision } from '../commands/append-decision.ts'
import type { House } from '../commands/house.ts'
import { CharterError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { RunRow } from '../ledger/reads.ts'
import { readHolds } from './change-hold.ts'
import { eraseContent } from './erase-content.ts'
import { type Order, openOrders, subjectStream } from './erasure-order.ts'
import type { Hold } from './hold.ts'
import { HoldBook } from './hold-book.ts'
import type { SubjectErased } from './retention-events.ts'
import { streamsOfRun } from './run-streams.ts'
import { RunsTouching } from './runs-touching.ts'
import { scrub } from './scrub.ts'
import { settleRun } from './settle-run.ts'

export interface SubjectWanted {
  /** As the system of record names it. */
  readonly kind: string
  readonly id: string
  readonly by: string
  readonly reason?: string | undefined
}

export interface SubjectReport extends SubjectErased {
  /** False where something else was reading the database's log: the bytes go when that ends. */
  readonly scrubbed: boolean
}

/** Throws `legal_hold` where the subject itself is held, and what `settleRun` throws. */
export async function eraseSubject(house: House, wanted: SubjectWanted): Promise<SubjectReport> {
  return carryOut(house, await orderErasure(house, wanted))
}

/** Throws `legal_hold`. */
export async function orderErasure(house: House, wanted: SubjectWanted): Promise<Order> {
  const { kind, id, by, reason } = wanted
  const subject = house.sealer.pseudonym(kind, id)
  await requireFree(house, subject, `${kind}:${id}`)
  const deletion = newId('ret', house.clock, house.random)
  await appendDecision(house, {
    stream: subjectStream,
    by,
    ...(reason !== undefined && { content: { reason } }),
    decide: (_events, refs) => [
      { type: 'subject.erasing', body: { deletion, subject, reason: refs.reason ?? null, engine: false } },
    ],
  })
  return orderIn(house, deletion)
}

/** The engine of the ledger is another process: it is to end the runs that are open, and to do the rest as well. */
export async function leaveToEngine(house: House, { deletion, subject, reason, by }: Order): Promise<void> {
  const body = { deletion, subject, reason, engine: true }
  await appendDecision(house, { stream: subjectStream, by, decide: () => [{ type: 'subject.erasing', body }] })
}

/** No run is erased before all of them are at rest. */
export async function carryOut(house: House, order: Order): Promise<SubjectReport> {
  const { deletion, subject, by } = order
  const tally = emptyTally()
  const found = await runsOf(house, subject, order.position)
  const holds = new HoldBook(house, found)
  const seen = new Set<string>()
  const atRest: RunRow[] = []
  for (;;) {
    const next = found.runs(subject).filter((run) => !seen.has(run))
    if (next.length === 0) break
    for (const run of next) {
      seen.add(run)
      const row = await settle(house, run, holds, by, tally)
      if (row) atRest.push(row)
    }
    // What an engine had begun in the meantime.
    await found.look()
  }
  for (const row of atRest) if (!(await noteIfHeld(row, holds, tally))) await erase(house, row, order, tally)
  const body: SubjectErased = { deletion, subject, ...tally }
  await appendDecision(house, { stream: subjectStream, by, decide: () => [{ type: 'subject.erased', body }] })
  return { ...body, scrubbed: await scrub(house) }
}

/** What an erasure would do: nothing is changed. */
export interface SubjectPlan {
  readonly subject: string
  readonly runs: readonly { readonly run: string; readonly open: boolean; readonly hold: string | null }[]
}

export async function planErasure(
  house: House,
  { kind, id }: Pick<SubjectWanted, 'kind' | 'id'>,
): Promise<SubjectPlan> {
  const subject = house.sealer.pseudonym(kind, id)
  const found = await runsOf(house, subject)
  const holds = new HoldBook(house, found)
  const runs: SubjectPlan['runs'][number][] = []
  for (const run of found.runs(subject)) {
    const row = await rowOf(house, run)
    const hold = row && (await holds.holdOn(row))
    if (row) runs.push({ run, open: row.ended_at === null, hold: hold?.hold ?? null })
  }
  return { subject, runs }
}

/** Of the subject, and of those under legal hold, which keep what they touched as well. */
async function runsOf(house: House, subject: string, through?: number): Promise<RunsTouching> {
  const held = (await readHolds(house)).flatMap(({ scope, value }) => (scope === 'subject' ? [value] : []))
  const found = new RunsTouching(house, [...new Set([subject, ...held])])
  await found.look(through)
  return found
}

async function rowOf({ ledger, tenant }: House, run: string): Promise<RunRow | null> {
  return (await ledger.find(tenant, { row: { read: 'run', run } })).row
}

async function requireFree(house: House, subject: string, said: string): Promise<void> {
  const isOn = ({ scope, value }: Hold) => scope === 'everything' || (scope === 'subject' && value === subject)
  const hold = (await readHolds(house)).find(isOn)
  if (!hold) return
  throw new CharterError('legal_hold', `\`${said}\` is under legal hold \`${hold.hold}\``, {
    param: 'subject',
    hint: 'lift it with `charter hold lift`, if you may',
  })
}

async function orderIn({ ledger, tenant }: House, deletion: string): Promise<Order> {
  const order = openOrders(await ledger.read(tenant, subjectStream)).find((open) => open.deletion === deletion)
  if (order) return order
  throw new CharterError('internal', `the order \`${deletion}\` was taken over by another for the same subject`)
}

type Tally = ReturnType<typeof emptyTally>

const emptyTally = () => ({
  runs: 0,
  streams: 0,
  payloads: 0,
  keys: 0,
  ended: [] as string[],
  open_effects: [] as { effect: string; tool: string }[],
  held: [] as string[],
})

/** Says whether it is held, and counts it as that. */
async function noteIfHeld(row: RunRow, holds: HoldBook, tally: Tally): Promise<boolean> {
  const hold = await holds.holdOn(row)
  if (hold) tally.held.push(row.run)
  return hold !== undefined
}

/** The run, where it is at rest now; nothing where it is held. */
async function settle(
  house: House,
  run: string,
  holds: HoldBook,
  by: string,
  tally: Tally,
): Promise<RunRow | undefined> {
  const row = await rowOf(house, run)
  if (!row || (await noteIfHeld(row, holds, tally))) return undefined
  const { ended, openEffects } = await settleRun(house, row, by)
  if (ended) tally.ended.push(run)
  tally.open_effects.push(...openEffects.map(({ effect, tool }) => ({ effect, tool })))
  return row
}

async function erase(house: House, row: RunRow, { deletion, by }: Order, tally: Tally): Promise<void> {
  tally.runs += 1
  for (const stream of await streamsOfRun(house, row)) {
    const { payloads, keys } = await eraseContent(house, stream, { deletion, by, cause: 'subject' })
    tally.streams += payloads.size > 0 ? 1 : 0
    tally.payloads += [...payloads.values()].reduce((sum, count) => sum + count, 0)
    tally.keys += keys
  }
}
