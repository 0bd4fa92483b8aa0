/** What one transaction does, once the file is held: read, decide, append, project. Synchronous from end to end. */
import { chain, project, requireHead, requireLease, runOf } from '../append.ts'
import type { LedgerEvent } from '../event.ts'
import type { StreamHead } from '../hash-chain.ts'
import type { Append, Transaction } from '../ledger.ts'
import type { Projection } from '../projection.ts'
import type { Found, Read } from '../reads.ts'
import { changeStatements } from '../statements/change.ts'
import { leaseIn } from '../statements/engines.ts'
import { heldLease, insertEvent, insertPayload, moveHead } from '../statements/events.ts'
import { head } from '../statements/head.ts'
import { readStatement } from '../statements/read-statement.ts'
import { lastPosition } from './riding.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface SqliteContext {
  readonly connection: SqliteConnection
  readonly ledgerId: string
  readonly projections: readonly Projection[]
  now(): number
  /** False once another engine has taken the file's place: no lease of this process counts any more. */
  readonly holdsPlace: () => boolean
}

export interface Outcome<Answer> {
  readonly answer: Answer
  /** What was appended: looked for when the answer to the commit is lost. */
  readonly events: readonly LedgerEvent[]
}

export function perform<Reads extends Readonly<Record<string, Read>>, Answer>(
  context: SqliteContext,
  work: Transaction<Reads, Answer>,
): Outcome<Answer> {
  const now = context.now()
  const found = readAll(context.connection, work.tenant, work.reads, now)
  const { append, answer } = work.decide(found, now)
  return { answer, events: append.flatMap((one) => appendOne(context, work.tenant, one, now)) }
}

export function readAll<Reads extends Readonly<Record<string, Read>>>(
  connection: SqliteConnection,
  tenant: string,
  reads: Reads,
  now: number,
): Found<Reads> {
  const found = Object.entries(reads).map(([name, read]) => {
    const statement = readStatement(read)
    return [name, statement.answer(connection.plainRows(statement, { tenant, now }))]
  })
  return Object.fromEntries(found) as Found<Reads>
}

function appendOne(context: SqliteContext, tenant: string, append: Append, now: number): LedgerEvent[] {
  const { connection, ledgerId } = context
  const { stream, events, payloads = [] } = append
  const current = headOf(connection, tenant, stream)
  requireHead(append, current)
  if (append.lease) requireLease(append, heldOf(context, tenant, stream), now)
  const stored = chain(events, { ledgerId, tenant, stream, head: current, position: lastPosition(connection) + 1, now })
  for (const one of stored) connection.run(insertEvent(one), { tenant })
  const changes = stored.flatMap(({ event }) => project(context.projections, event))
  for (const statement of changeStatements(changes, tenant)) connection.run(statement)
  const last = stored.at(-1)?.event
  if (last) connection.run(moveHead(stream, last), { tenant })
  for (const payload of payloads) connection.run(insertPayload(payload), { tenant })
  return stored.map(({ event }) => event)
}

function headOf(connection: SqliteConnection, tenant: string, stream: string): StreamHead {
  const statement = head({ read: 'head', stream })
  return statement.answer(connection.plainRows(statement, { tenant }))
}

/** None counts once another engine has taken the file's place. */
const heldOf = ({ connection, holdsPlace }: SqliteContext, tenant: string, stream: string) =>
  holdsPlace() ? leaseIn(connection.plainRows(heldLease(runOf(stream)), { tenant })) : undefined
