/** A run from the ledger: from what was kept of it, where that fits the events, and else from its first event. */
import { CharterError } from '../errors.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { readRunEvent } from './events.ts'
import { evolve } from './evolve.ts'
import type { KeptRuns } from './kept-runs.ts'
import { requireKnown } from './known-events.ts'
import { emptyRun, type Run } from './run.ts'
import { type RunAt, runIn } from './snapshot.ts'

export interface Source {
  readonly ledger: Pick<Ledger, 'read' | 'snapshots'>
  readonly sealer: Pick<Sealer, 'digest'>
  readonly tenant: string
}

/**
 * Throws `run_not_found`, and `ledger_newer` where an event is not known here: half of a history would be another one.
 * What may still be undone is among it: this is for whoever goes on with a run, or knows that it rests.
 * `kept` is given by the holder of the run's lease alone: what is taken from there is theirs to change.
 */
export async function loadRun(source: Source, id: string, kept?: KeptRuns): Promise<RunAt> {
  const known = kept?.take(id) ?? (await snapshotIn(source, id))
  return (known && (await goOn(source, known))) ?? fromEvents(source, id)
}

export function foldRun(id: string, events: readonly LedgerEvent[]): Run {
  return foldOnto(emptyRun(id), events)
}

function foldOnto(run: Run, events: readonly LedgerEvent[]): Run {
  requireKnown(run.id, events)
  return events.reduce((folded, event) => evolve(folded, readRunEvent(event)), run)
}

async function fromEvents({ ledger, tenant }: Source, id: string): Promise<RunAt> {
  const events = await ledger.read(tenant, `run/${id}`, 0, 'latest')
  const last = events.at(-1)
  if (!last)
    throw new CharterError('run_not_found', `no run \`${id}\``, { hint: 'list the runs with `charter run list`' })
  return { run: foldRun(id, events), head: { seq: last.seq, hash: last.hash }, snapshotAt: 0 }
}

async function snapshotIn(source: Source, id: string): Promise<RunAt | undefined> {
  const snapshot = await source.ledger.snapshots.latest(source.tenant, `run/${id}`)
  return snapshot && runIn(source, id, snapshot)
}

/** What was kept, with the events after it; nothing where its head does not stand in the stream. */
async function goOn({ ledger, tenant }: Source, at: RunAt): Promise<RunAt | undefined> {
  const { run, head, snapshotAt } = at
  const [stands, ...after] = await ledger.read(tenant, `run/${run.id}`, head.seq - 1, 'latest')
  if (stands?.seq !== head.seq || stands.hash !== head.hash) return undefined
  const last = after.at(-1) ?? stands
  return { run: foldOnto(run, after), head: { seq: last.seq, hash: last.hash }, snapshotAt }
}
