/**
 * The answer to a COMMIT was lost: connect again and look. The lost transaction may still be at work in the server, so
 * its own locks are taken first; whoever holds them knows that it has ended, one way or the other.
 */
import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import { CharterError } from '../../errors.ts'
import type { LedgerEvent } from '../event.ts'
import type { Lock } from '../ledger.ts'
import { eventHash } from '../statements/events.ts'
import { begin } from './locks.ts'
import { type Connection, type PreparedTexts, run, withConnection } from './postgres-connection.ts'

export interface LostCommit {
  readonly tenant: string
  readonly locks: readonly Lock[]
  readonly events: readonly LedgerEvent[]
}

export interface Looking {
  readonly pool: pg.Pool
  readonly texts: PreparedTexts
  readonly clock: Clock
  readonly where: string
  /** How long a server that is starting again is waited for, in milliseconds. */
  readonly limitMs: number
}

const betweenTriesMs = 50

/** Whether the events are there; throws `ledger_commit_unknown` when nobody answers in time. */
export async function areThere(looking: Looking, lost: LostCommit): Promise<boolean> {
  const { pool, clock, where, limitMs } = looking
  const begun = clock.monotonic()
  for (;;) {
    try {
      return await withConnection(pool, where, (connection) => look(connection, looking.texts, lost))
    } catch (error) {
      if (clock.monotonic() - begun > limitMs) throw unknown(where, error)
      await clock.wait(betweenTriesMs)
    }
  }
}

async function look(connection: Connection, texts: PreparedTexts, lost: LostCommit): Promise<boolean> {
  await connection.query(begin(lost.tenant, lost.locks))
  let found = true
  for (const event of lost.events) {
    const { rows } = await run(connection, texts.prepare(eventHash(event), { tenant: event.tenant }))
    found &&= rows.some(({ hash }) => hash === event.hash)
  }
  await connection.query('ROLLBACK')
  return found
}

const unknown = (where: string, cause: unknown) =>
  new CharterError('ledger_commit_unknown', `the ledger \`${where}\` did not say whether it kept the events`, {
    hint: 'read the stream again before anything is appended again',
    cause,
  })
