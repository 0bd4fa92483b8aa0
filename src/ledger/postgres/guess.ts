/**
 * A transaction that was decided before the database was asked. It goes out in one packet, and the statement that reads
 * under its locks fails where anything is other than it was taken to be: the reads, the heads, the lease, the time.
 */
import { runOf } from '../append.ts'
import type { StreamHead } from '../hash-chain.ts'
import type { Append, Lease } from '../ledger.ts'
import { unwritten } from '../statements/head.ts'
import { serverCode } from './postgres-errors.ts'
import type { Guard } from './read-all.ts'
import type { Standing } from './standing.ts'

/** How far a guess of the server's time may be off: behind by what a packet and its locks take, ahead by next to nothing. */
const mostBehindMs = 1000
const mostAheadMs = 20

const divisionByZero = '22012'

/** The guard said no: nothing was kept, and the connection is as good as before. */
export const isWrongGuess = (error: unknown): boolean => serverCode(error) === divisionByZero

/** Appends onto heads that are named, in streams that are locked; anything else has to be read first. */
export function canGuess(appends: readonly Append[], locked: ReadonlySet<string>): boolean {
  return appends.every(({ stream, after }) => locked.has(stream) && after !== 'any' && after !== 'outcome')
}

/** What the appends take for granted. The number of the transaction is the server's to say. */
export function guessedStanding(appends: readonly Append[], now: number): Standing {
  const heads = new Map<string, StreamHead>()
  const leases = new Map<string, Lease>()
  for (const { stream, after, lease } of appends) {
    if (typeof after === 'object' && !heads.has(stream)) heads.set(stream, after.seq === 0 ? unwritten : after)
    if (lease) leases.set(runOf(stream), { run: runOf(stream), ...lease, until: Number.POSITIVE_INFINITY })
  }
  return { now, transaction: 0, behind: false, heads, leases }
}

/** True in the database exactly where all of it is so. */
export function guardOf(appends: readonly Append[], { now, heads }: Standing, texts: readonly string[]): Guard {
  const held = [...heads].filter(([, { seq }]) => seq > 0)
  const streams = [...heads.keys()]
  const leased = appends.flatMap(({ stream, lease }) => (lease ? [{ run: runOf(stream), ...lease }] : []))
  const conditions = [
    `now BETWEEN CAST(:guess AS BIGINT) - ${mostAheadMs} AND CAST(:guess AS BIGINT) + ${mostBehindMs}`,
    `(SELECT count(*) FROM heads WHERE tenant = :tenant AND stream = ANY (CAST(:streams AS TEXT[]))) = :held`,
    `(SELECT count(*) FROM heads JOIN unnest(CAST(:held_streams AS TEXT[]), CAST(:seqs AS BIGINT[]), CAST(:hashes AS TEXT[]))
      AS meant (stream, seq, hash) ON heads.tenant = :tenant AND heads.stream = meant.stream
        AND heads.seq = meant.seq AND heads.hash = meant.hash) = :held`,
    `(SELECT count(*) FROM leases JOIN unnest(CAST(:runs AS TEXT[]), CAST(:owners AS TEXT[]), CAST(:epochs AS BIGINT[]))
      AS meant (run, owner, epoch) ON leases.tenant = :tenant AND leases.run = meant.run AND leases.owner = meant.owner
        AND leases.epoch = meant.epoch AND leases.until > now) = :leased`,
    ...texts.map((_, i) => `r${i} = CAST(:text_${i} AS TEXT)`),
  ]
  return {
    sql: conditions.join(' AND '),
    params: {
      guess: now,
      streams,
      held: held.length,
      held_streams: held.map(([stream]) => stream),
      seqs: held.map(([, { seq }]) => seq),
      hashes: held.map(([, { hash }]) => hash),
      leased: leased.length,
      runs: leased.map(({ run }) => run),
      owners: leased.map(({ owner }) => owner),
      epochs: leased.map(({ epoch }) => epoch),
      ...Object.fromEntries(texts.map((text, i) => [`text_${i}`, text])),
    },
  }
}
