/**
 * Brings a run to rest for good before what it knows is erased: it ends if it is open, what it had asked is not asked any
 * more, and a write whose outcome is not known is left to a person, since nobody could look it up any longer.
 */
import { decideApproval, foldApproval } from '../approvals/approval.ts'
import type { House } from '../commands/house.ts'
import { CharterError, isCharterError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { EventDraft } from '../ledger/event.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import type { EffectRow, RunRow } from '../ledger/reads.ts'
import { openEffects } from './open-effects.ts'

export interface Settled {
  readonly run: string
  /** It was open until now. */
  readonly ended: boolean
  readonly openEffects: readonly EffectRow[]
}

const code = 'subject_erased'
/** How long an engine that is moving the run is waited for, and how long the lease is held, milliseconds. */
const patienceMs = 60_000
const lookEveryMs = 100
const leaseMs = 30_000

/**
 * Takes the run's lease. Throws `ledger_locked` where the one engine of a ledger in a file is another process, and
 * `ledger_lease_lost` where an engine would not let go of the run in a minute.
 */
export async function settleRun(house: House, row: RunRow, by: string): Promise<Settled> {
  const effects = await openEffects(house, row.run)
  const looked = effects.filter(({ status, look_at: lookAt }) => status === 'dispatched' || lookAt !== null)
  if (row.ended_at !== null && looked.length === 0) return { run: row.run, ended: false, openEffects: effects }
  return underLease(house, row.run, (lease) => end(house, row.run, by, lease))
}

interface Holder {
  readonly owner: string
  readonly epoch: number
}

async function end(house: House, run: string, by: string, lease: Holder): Promise<Settled> {
  const { ledger, tenant } = house
  const stream = `run/${run}`
  const effects = await openEffects(house, run)
  const cancelled = await cancelApprovals(house, run, by)
  const locks: readonly Lock[] = [stream, ...cancelled.map((append) => append.stream)].map((name) => ({
    lock: 'stream',
    stream: name,
  }))
  return ledger.transact({
    tenant,
    locks,
    reads: { head: { read: 'head', stream }, row: { read: 'run', run } },
    decide: ({ head, row }) => {
      const isOpen = row?.ended_at === null
      const ended = isOpen ? [drafted(by, 'run.ended', { status: 'stopped', code })] : []
      const events = [...effects.flatMap((effect) => leaveToPeople(effect, by)), ...ended]
      const own = events.length > 0 ? [{ stream, after: head, lease, events }] : []
      return { append: [...own, ...cancelled], answer: { run, ended: isOpen, openEffects: effects } }
    },
  })
}

/** The last attempt may still be carried out; nobody asks the system of record about it any more. */
function leaveToPeople({ effect, attempt, status }: EffectRow, by: string): readonly EventDraft[] {
  const lost = drafted(by, 'effect.unknown', { effect, attempt, status: 'unknown', why: 'lost' })
  const left = drafted(by, 'effect.given_up', { effect, attempt })
  return status === 'dispatched' ? [lost, left] : [left]
}

async function cancelApprovals({ ledger, tenant }: House, run: string, by: string): Promise<readonly Append[]> {
  const { approvals } = await ledger.find(tenant, { approvals: { read: 'approvals', run } })
  const appends: Append[] = []
  for (const { approval } of approvals) {
    const stream = `approval/${approval}`
    const events = await ledger.read(tenant, stream)
    const last = events.at(-1)
    const decided = decideApproval(foldApproval(events), { type: 'cancel', code, now: ledger.now() })
    if (!last || decided.length === 0) continue
    const drafts = decided.map(({ type, body }) => drafted(by, type, JSON.parse(JSON.stringify(body))))
    appends.push({ stream, after: { seq: last.seq, hash: last.hash }, events: drafts })
  }
  return appends
}

const drafted = (actor: string, type: string, body: JsonObject): EventDraft => ({ type, v: 1, actor, body })

async function underLease<Answer>(house: House, run: string, work: (lease: Holder) => Promise<Answer>) {
  const { ledger, tenant, clock, random } = house
  const owner = newId('ret', clock, random)
  await using places = new AsyncDisposableStack()
  const began = clock.monotonic()
  for (;;) {
    const lease = await take(house, run, owner, places)
    if (lease) {
      try {
        return await work({ owner, epoch: lease.epoch })
      } finally {
        await ledger.leases.release(tenant, run, owner, lease.epoch)
      }
    }
    if (clock.monotonic() - began > patienceMs)
      throw new CharterError('ledger_lease_lost', `run \`${run}\` is being moved, and did not come to rest`, {
        hint: 'what was not erased yet is erased when this is run again',
      })
    await clock.wait(lookEveryMs)
  }
}

/** A ledger in a file gives leases to its one engine: where none runs, this process enters as one for a moment. */
async function take({ ledger, tenant }: House, run: string, owner: string, places: AsyncDisposableStack) {
  try {
    return await ledger.leases.take(tenant, run, owner, leaseMs)
  } catch (error) {
    if (!isCharterError(error) || error.code !== 'ledger_lease_lost') throw error
    const place = await ledger.leases.enter(owner)
    places.defer(() => place.leave())
    return ledger.leases.take(tenant, run, owner, leaseMs)
  }
}
