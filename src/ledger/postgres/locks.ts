/**
 * The locks of a transaction on PostgreSQL. Every transaction takes all of them in one statement, before it reads
 * anything: the house's, then its tenant's, then the others sorted as the keys they become, so that no two
 * transactions can wait for each other. They are advisory, because a row that is not there cannot be locked.
 */
import { createHash } from 'node:crypto'
import type { Durable, Lock } from '../ledger.ts'

/** Milliseconds that a transaction may wait for a lock, spend on a statement, and stay idle with its locks held. */
const limits = { lock: 4000, statement: 5000, idle: 1000 }

/** A whole transaction's opening: one round trip. */
export function begin(tenant: string, locks: readonly Lock[], durable: Durable = 'before_answer'): string {
  return [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL lock_timeout = ${limits.lock}`,
    `SET LOCAL statement_timeout = ${limits.statement}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${limits.idle}`,
    `SET LOCAL synchronous_commit = ${durable === 'soon' ? 'off' : 'on'}`,
    `SELECT ${lockCalls(tenant, locks).join(', ')}`,
  ].join('; ')
}

/** In the order in which they are taken; a call that stands further left is made first. */
export function lockCalls(tenant: string, locks: readonly Lock[]): string[] {
  const exclusive = new Set(locks.map((lock) => ('mode' in lock ? lock.lock : undefined)))
  const others = new Set(locks.flatMap((lock) => ('mode' in lock ? [] : [keyOf(tenant, nameOf(lock))])))
  const sorted = [...others].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return [
    `pg_advisory_xact_lock${exclusive.has('house') ? '' : '_shared'}(${keyOf('', 'house')})`,
    `pg_advisory_xact_lock${exclusive.has('tenant') ? '' : '_shared'}(${keyOf(tenant, 'tenant')})`,
    ...sorted.map((key) => `pg_advisory_xact_lock(${key})`),
  ]
}

/** While this is held nobody else has a transaction open that writes. */
export const wholeHouse: readonly Lock[] = [{ lock: 'house', mode: 'exclusive' }]

const nameOf = (lock: Exclude<Lock, { mode: string }>) =>
  lock.lock === 'stream' ? `stream ${lock.stream}` : `key ${lock.key}`

function keyOf(tenant: string, name: string): bigint {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, name]))
    .digest()
  return digest.readBigInt64BE(0)
}
