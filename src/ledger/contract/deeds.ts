/** The transactions whose meetings the contract watches, in the shape that dispatch, stops and approvals have. */
import { CharterError } from '../../errors.ts'
import type { Lock, Transaction } from '../ledger.ts'
import type { Change } from '../projection.ts'
import type { Read } from '../reads.ts'
import { changing, tenant } from './ledger-under-test.ts'
import { attemptRow, effectRow, movement, put, stopRow } from './rows.ts'

const limit = { key: 'limit:refund:customer_1', max: 100, withinMs: 3_600_000 }

/** One transaction by name, so that another thread can be told which; `answer` is what its caller learns. */
export type Deed =
  | { deed: 'dispatch'; run: string; effect: string; amount: number }
  | { deed: 'outcome'; run: string; effect: string; state: 'settled' | 'released' }
  | { deed: 'stop'; stop: string; lock: 'house' | 'tenant' }
  | { deed: 'revoke'; grant: string }
  | { deed: 'sign'; approval: string; by: string }

type Work = Transaction<Readonly<Record<string, Read>>, unknown>

export function transactionOf(deed: Deed): Work {
  switch (deed.deed) {
    case 'dispatch':
      return dispatch(deed)
    case 'outcome':
      return outcome(deed)
    case 'stop':
      return stop(deed)
    case 'revoke':
      return revoke(deed)
    case 'sign':
      return sign(deed)
  }
}

/** Refused under a stop, under a revoked grant, and where it would move more than the limit. */
function dispatch({ run, effect, amount }: Extract<Deed, { deed: 'dispatch' }>): Work {
  const reads = {
    stops: { read: 'stops' },
    grants: { read: 'grants', grant: 'grant_1' },
    moved: { read: 'moved', key: limit.key, withinMs: limit.withinMs },
  } as const
  const work: Transaction<typeof reads, unknown> = {
    tenant,
    locks: [
      { lock: 'key', key: limit.key },
      { lock: 'stream', stream: `run/${run}` },
    ],
    reads,
    decide({ stops, grants, moved }, now) {
      if (stops.length > 0) throw new CharterError('stopped', 'a stop is in force')
      if (grants.some(({ revoked }) => revoked !== null))
        throw new CharterError('grant_invalid', 'the grant is revoked')
      if (moved.amount + amount > limit.max) throw new CharterError('limit_exceeded', 'the limit would be exceeded')
      const row = effectRow(effect, { run, dispatched_at: now })
      const sent = put('attempts', attemptRow(effect, { run }))
      const events = [changing(put('effects', row), sent, movement(effect, limit.key, now, amount))]
      return { append: [{ stream: `run/${run}`, after: 'any', events }], answer: moved.amount }
    },
  }
  return work
}

/** What became of an attempt that may have been forgotten long ago: kept under any epoch. */
function outcome({ run, effect, state }: Extract<Deed, { deed: 'outcome' }>): Work {
  const status = state === 'settled' ? 'committed' : 'not_committed'
  const changes: Change[] = [
    { change: 'patch', table: 'effects', key: { effect }, set: { status } },
    { change: 'remove', table: 'attempts', key: { effect, attempt: 1 } },
    { change: 'patch', table: 'movements', key: { effect }, set: { state } },
  ]
  return {
    tenant,
    locks: [
      { lock: 'stream', stream: `run/${run}` },
      { lock: 'key', key: limit.key },
    ],
    reads: {},
    decide: () => ({
      append: [{ stream: `run/${run}`, after: 'outcome', events: [changing(...changes)] }],
      answer: undefined,
    }),
  }
}

/** Answers with the effects that are in flight at the moment of the stop. */
function stop({ stop: id, lock }: Extract<Deed, { deed: 'stop' }>): Work {
  const reads = { flying: { read: 'in_flight', scope: { scope: 'everything' } } } as const
  const work: Transaction<typeof reads, unknown> = {
    tenant,
    locks: [
      { lock, mode: 'exclusive' },
      { lock: 'stream', stream: `stop/${id}` },
    ],
    reads,
    decide: ({ flying }) => ({
      append: [{ stream: `stop/${id}`, after: 'any', events: [changing(put('stops', stopRow(id)))] }],
      answer: flying.map(({ effect }) => effect),
    }),
  }
  return work
}

function revoke({ grant }: Extract<Deed, { deed: 'revoke' }>): Work {
  const revoked = changing({ change: 'patch', table: 'grants', key: { grant }, set: { revoked: 1 } })
  return {
    tenant,
    locks: [
      { lock: 'tenant', mode: 'exclusive' },
      { lock: 'stream', stream: `grant/${grant}` },
    ],
    reads: {},
    decide: () => ({ append: [{ stream: `grant/${grant}`, after: 'any', events: [revoked] }], answer: undefined }),
  }
}

/** Two signatures are needed; whoever gives the second settles the approval. Its row keeps who has signed. */
function sign({ approval, by }: Extract<Deed, { deed: 'sign' }>): Work {
  const stream = `approval/${approval}`
  const reads = { row: { read: 'approval', approval } } as const
  const locks: Lock[] = [
    { lock: 'stream', stream },
    { lock: 'key', key: stream },
  ]
  const work: Transaction<typeof reads, unknown> = {
    tenant,
    locks,
    reads,
    decide({ row }) {
      if (row?.status !== 'pending') throw new CharterError('approval_already_settled', 'the approval is settled')
      const steps = `${row.steps}${by} `
      const status = steps.trim().split(' ').length === 2 ? 'granted' : 'pending'
      const signed = changing({ change: 'patch', table: 'approvals', key: { approval }, set: { steps, status } })
      return { append: [{ stream, after: 'any', events: [signed] }], answer: status }
    },
  }
  return work
}
