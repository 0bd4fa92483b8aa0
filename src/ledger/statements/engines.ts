/** Engine starts, and the leases of runs. */
import type { Lease } from '../ledger.ts'
import type { Row } from '../projection.ts'
import { integer, text } from './row-values.ts'
import type { Statement } from './statement.ts'

export interface EngineStart {
  readonly engine: string
  readonly process: number
  readonly host: string
}

export const lastEpoch: Statement = { sql: 'SELECT coalesce(max(epoch), 0) AS epoch FROM engines', params: {} }

export const lastEngine: Statement = {
  sql: 'SELECT engine, process, host FROM engines WHERE left_at IS NULL ORDER BY epoch DESC LIMIT 1',
  params: {},
}

/** Draws the next epoch, and says it. */
export const enterEngine = ({ engine, process, host }: EngineStart): Statement => ({
  sql: `INSERT INTO engines (epoch, engine, process, host, entered_at)
    SELECT coalesce(max(epoch), 0) + 1, :engine, CAST(:process AS BIGINT), :host, :now FROM engines RETURNING epoch`,
  params: { engine, process, host },
})

export const leaveEngine = (epoch: number): Statement => ({
  sql: 'UPDATE engines SET left_at = :now WHERE epoch = :epoch',
  params: { epoch },
})

/** The lease of a run that nobody holds any more, under an epoch that no holder before had; no row when it is held. */
export const takeLease = (run: string, owner: string, forMs: number, firstEpoch: number): Statement => ({
  sql: `INSERT INTO leases (tenant, run, owner, epoch, until)
    VALUES (:tenant, :run, :owner, :first_epoch, :now + :for_ms)
    ON CONFLICT (tenant, run) DO UPDATE
      SET owner = excluded.owner, epoch = leases.epoch + 1, until = excluded.until
      WHERE leases.until <= :now
    RETURNING run, owner, epoch, until`,
  params: { run, owner, for_ms: forMs, first_epoch: firstEpoch },
})

export const renewLease = (run: string, owner: string, epoch: number, forMs: number): Statement => ({
  sql: `UPDATE leases SET until = :now + :for_ms
    WHERE tenant = :tenant AND run = :run AND owner = :owner AND epoch = :epoch AND until > :now
    RETURNING run, owner, epoch, until`,
  params: { run, owner, epoch, for_ms: forMs },
})

/** The row stays, so that its epoch goes on counting. */
export const releaseLease = (run: string, owner: string, epoch: number): Statement => ({
  sql: `UPDATE leases SET until = 0 WHERE tenant = :tenant AND run = :run AND owner = :owner AND epoch = :epoch`,
  params: { run, owner, epoch },
})

export const leaseOf = (row: Row): Lease => ({
  run: text(row, 'run'),
  owner: text(row, 'owner'),
  epoch: integer(row, 'epoch'),
  until: integer(row, 'until'),
})

/** Nothing where no row was found. */
export const leaseIn = ([row]: readonly Row[]): Lease | undefined => row && leaseOf(row)
