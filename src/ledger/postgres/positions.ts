/**
 * Places in the whole ledger on PostgreSQL. Several transactions write at once, so a counter would let a reader see
 * place 7 while place 6 is still open, go on from 7, and lose 6 for good. A place is therefore made of the
 * transaction's own number, drawn once its locks are held, and readers stop before the oldest number still open:
 * every later commit has a higher place than anything that was ever shown.
 */

/** Events of one transaction; what is left of 2^53 lasts 8 * 10^12 transactions. */
export const mostEvents = 1024

/**
 * Added to transaction numbers: a ledger that was restored into a younger database server would otherwise write at
 * places it has used before.
 */
export type PositionOffset = number

export const firstPosition = (transaction: number, offset: PositionOffset) => (transaction + offset) * mostEvents

export const transactionNumber = 'CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)'

/** Where readers stop: every transaction with a lower number has ended. */
export const barrier = `((CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) + :offset) * ${mostEvents})`
