/**
 * One transaction on PostgreSQL, two round trips and a decision between them:
 *
 *   BEGIN, limits, all locks · one statement with all reads ─▶ decide ─▶ all writes · COMMIT
 *
 * or one, where the decision was made on what the same reads found before, and the statement that reads says it is so:
 *
 *   decide ─▶ BEGIN, limits, all locks · one statement with all reads · all writes · COMMIT
 *
 * Each statement sees what was committed before it began (READ COMMITTED), so the reads see everything that was done
 * under the locks before they were ours.
 */
import { CharterError } from '../../errors.ts'
import { chain, project, requireHead, requireLease, runOf, type StoredEvent } from '../append.ts'
import type { LedgerEvent } from '../event.ts'
import type { StreamHead } from '../hash-chain.ts'
import type { Append, Lock, Transaction } from '../ledger.ts'
import type { Projection } from '../projection.ts'
import type { Read } from '../reads.ts'
import { changeStatements } from '../statements/change.ts'
import { unwritten } from '../statements/head.ts'
import { appendStatement } from './append-statement.ts'
import { canGuess, guardOf, guessedStanding, isWrongGuess } from './guess.ts'
import { begin } from './locks.ts'
import { sendTogether } from './pipeline.ts'
import { firstPosition, mostEvents, type PositionOffset } from './positions.ts'
import { type Connection, type Prepared, type PreparedTexts, run } from './postgres-connection.ts'
import { isConnectionLost } from './postgres-errors.ts'
import { combine, foundIn, type Guard, planReads, type ReadPlan, textsIn } from './read-all.ts'
import type { ServerTime } from './server-time.ts'
import { ownReads, type Standing, standingIn } from './standing.ts'

export interface PostgresContext {
  readonly ledgerId: string
  readonly projections: readonly Projection[]
  readonly texts: PreparedTexts
  readonly offset: PositionOffset
  readonly time: ServerTime
  /** What was found, as the server wrote it. */
  readonly written: WeakMap<object, readonly string[]>
}

export type Performed<Answer> =
  | Committed<Answer>
  /** The connection went while COMMIT was out: look for the events. */
  | (Sent<Answer> & { readonly done: 'unknown'; readonly error: unknown })
  /** Nothing was appended. What the answer goes by may not be synced yet where `behind` says so. */
  | (Sent<Answer> & { readonly done: 'kept nothing'; readonly behind: boolean })
  /** `decide` threw, or appends to a head or under a lease that is gone. Nothing was kept. */
  | { readonly done: 'refused'; readonly failure: unknown; readonly behind: boolean }
  | NotLocked

type Committed<Answer> = Sent<Answer> & { readonly done: 'committed' }

/** `decide` appends to streams that were not locked. Nothing was kept: again, with these locks too. */
interface NotLocked {
  readonly done: 'not locked'
  readonly streams: readonly string[]
}

export interface Sent<Answer> {
  readonly answer: Answer
  readonly events: readonly LedgerEvent[]
}

interface Decided<Answer> extends Sent<Answer> {
  readonly done: 'decided'
  readonly writes: readonly Prepared[]
}

/** Throws what the database says; nothing was kept then. */
export async function perform<Reads extends Readonly<Record<string, Read>>, Answer>(
  connection: Connection,
  context: PostgresContext,
  work: Transaction<Reads, Answer>,
  locks: readonly Lock[],
): Promise<Performed<Answer>> {
  const plan = planReads(work.reads)
  const guessed = await performGuessed(connection, context, work, plan, locks)
  if (guessed) return guessed
  const reading = combine(plan, work.tenant, ownReads(streamsOf(locks)))
  const [, read] = await sendTogether(connection, () => [
    connection.query(begin(work.tenant, locks, work.durable)),
    run(connection, reading),
  ])
  context.time.heard(Number(read.rows[0]?.now))
  const decided = decideSafely(context, work, plan, read.rows[0] ?? {}, locks)
  if (decided.done === 'decided' && decided.writes.length > 0) return commit(connection, decided)
  await connection.query('ROLLBACK')
  const behind = read.rows[0]?.behind === true
  switch (decided.done) {
    case 'decided':
      return { done: 'kept nothing', answer: decided.answer, events: decided.events, behind }
    case 'refused':
      return { ...decided, behind }
    case 'not locked':
      return decided
  }
}

/** One round trip where what is expected is so; nothing where there is nothing to go by, or it is not so. */
async function performGuessed<Reads extends Readonly<Record<string, Read>>, Answer>(
  connection: Connection,
  context: PostgresContext,
  work: Transaction<Reads, Answer>,
  plan: ReadPlan,
  locks: readonly Lock[],
): Promise<Performed<Answer> | undefined> {
  const guess = guessOf(context, work, locks)
  if (!guess) return undefined
  const reading = combine(plan, work.tenant, ownReads(streamsOf(locks)), guess.guard)
  const { answer, events, writes } = guess
  try {
    const [, read] = await sendTogether(connection, () => [
      connection.query(begin(work.tenant, locks, work.durable)),
      run(connection, reading),
      ...writes.map((write) => run(connection, write)),
      connection.query('COMMIT'),
    ])
    const [columns = {}] = read?.rows ?? []
    context.time.heard(Number(columns.now))
    const first = firstPosition(Number(columns.transaction), context.offset)
    return { done: 'committed', answer, events: events.map((event, i) => ({ ...event, position: first + i })) }
  } catch (error) {
    if (isWrongGuess(error)) return undefined
    if (isConnectionLost(error)) return { done: 'unknown', answer, events, error }
    throw error
  }
}

function guessOf<Reads extends Readonly<Record<string, Read>>, Answer>(
  context: PostgresContext,
  { tenant, expect, decide }: Transaction<Reads, Answer>,
  locks: readonly Lock[],
): (Decided<Answer> & { guard: Guard }) | undefined {
  const texts = expect && context.written.get(expect)
  const now = context.time.now()
  if (!expect || !texts || now === undefined) return undefined
  try {
    const { append, answer } = decide(expect, now)
    if (!canGuess(append, new Set(streamsOf(locks)))) return undefined
    const standing = guessedStanding(append, now)
    const { events, writes } = writing(context, tenant, append, standing)
    if (writes.length === 0) return undefined
    return { done: 'decided', answer, events, writes, guard: guardOf(append, standing, texts) }
  } catch {
    // It is said again of what is really there.
    return undefined
  }
}

const streamsOf = (locks: readonly Lock[]) => locks.flatMap((lock) => (lock.lock === 'stream' ? [lock.stream] : []))

function decideSafely<Reads extends Readonly<Record<string, Read>>, Answer>(
  context: PostgresContext,
  work: Transaction<Reads, Answer>,
  plan: ReadPlan,
  columns: Readonly<Record<string, unknown>>,
  locks: readonly Lock[],
): Decided<Answer> | NotLocked | { done: 'refused'; failure: unknown } {
  try {
    const standing = standingIn(columns)
    const found = foundIn<Reads>(plan, columns)
    context.written.set(found, textsIn(plan, columns))
    const { append, answer } = work.decide(found, standing.now)
    const locked = new Set(streamsOf(locks))
    const streams = append.map(({ stream }) => stream).filter((stream) => !locked.has(stream))
    if (streams.length > 0) return { done: 'not locked', streams }
    return { done: 'decided', answer, ...writing(context, work.tenant, append, standing) }
  } catch (failure) {
    return { done: 'refused', failure }
  }
}

/** The events that the appends make, and everything that is said to the database to keep them. */
function writing(context: PostgresContext, tenant: string, appends: readonly Append[], standing: Standing) {
  const known = new Map(standing.heads)
  const heads = new Map<string, StreamHead>()
  const stored: StoredEvent[] = []
  for (const append of appends) {
    const { stream } = append
    stored.push(...chainOne(context, tenant, append, standing, known.get(stream) ?? unwritten, stored.length))
    const last = stored.at(-1)?.event
    if (last?.stream !== stream) continue
    known.set(stream, last)
    heads.set(stream, last)
  }
  if (stored.length > mostEvents) throw tooMany(stored.length)
  const payloads = appends.flatMap((append) => append.payloads ?? [])
  const events = stored.map(({ event }) => event)
  if (events.length + payloads.length === 0) return { events, writes: [] }
  return {
    events,
    writes: [
      appendStatement({ tenant, offset: context.offset, events: stored, payloads, heads }),
      ...changesOf(context, events, tenant),
    ],
  }
}

function chainOne(
  { ledgerId, offset }: PostgresContext,
  tenant: string,
  append: Append,
  { now, leases, transaction }: Standing,
  head: StreamHead,
  before: number,
): StoredEvent[] {
  const { stream } = append
  requireHead(append, head)
  requireLease(append, leases.get(runOf(stream)), now)
  const position = firstPosition(transaction, offset) + before
  return chain(append.events, { ledgerId, tenant, stream, head, position, now })
}

function changesOf(
  { projections, texts }: PostgresContext,
  events: readonly LedgerEvent[],
  tenant: string,
): Prepared[] {
  const changes = events.flatMap((event) => project(projections, event))
  return changeStatements(changes, tenant).map((statement) => texts.prepare(statement, { tenant }))
}

const tooMany = (count: number) =>
  new CharterError('internal', `a transaction may append ${mostEvents} events, and this one has ${count}`)

async function commit<Answer>(connection: Connection, decided: Decided<Answer>): Promise<Performed<Answer>> {
  const { answer, events, writes } = decided
  try {
    // One packet: the answers are looked at in order, and COMMIT undoes everything where one of them was an error.
    await sendTogether(connection, () => [...writes.map((write) => run(connection, write)), connection.query('COMMIT')])
    return { done: 'committed', answer, events }
  } catch (error) {
    if (isConnectionLost(error)) return { done: 'unknown', answer, events, error }
    throw error
  }
}
