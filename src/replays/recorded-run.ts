/** A run as the ledger has it, as plain data: its events, those of the streams that it hangs on, and what they name. */
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RunStarted } from '../runs/events.ts'
import { releaseStream } from '../runs/release-book.ts'
import { openContent, refsIn } from '../traces/read-trace.ts'

export interface RecordedRun {
  readonly ledger: string
  readonly tenant: string
  readonly run: string
  /** The run's own, the approvals and handoffs that it asked for, the pages of its agent, its release; oldest first. */
  readonly streams: Readonly<Record<string, readonly LedgerEvent[]>>
  /** By stream and number; what was erased is not among it. */
  readonly contents: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

export interface RecordedHouse {
  readonly ledger: Pick<Ledger, 'id' | 'read' | 'payloads'>
  readonly sealer: Pick<Sealer, 'prepare' | 'open' | 'digest' | 'pseudonym'>
  readonly tenant: string
}

/** Throws `run_not_found`. */
export async function readRecordedRun(house: RecordedHouse, run: string): Promise<RecordedRun> {
  const { ledger, tenant } = house
  const events = await ledger.read(tenant, runStream(run))
  const started = startedIn(run, events)
  const others = [...besideOf(events), charterStreamOf(started), releaseStream(started.release.hash)]
  const streams: Record<string, readonly LedgerEvent[]> = { [runStream(run)]: events }
  for (const stream of others) streams[stream] = await ledger.read(tenant, stream)
  const contents: Record<string, Readonly<Record<string, Json>>> = {}
  for (const [stream, of] of Object.entries(streams)) contents[stream] = await contentsOf(house, stream, of)
  return { ledger: ledger.id, tenant, run, streams, contents }
}

/** Throws `run_not_found` where the stream does not begin as a run's does. */
export function startedIn(run: string, [first]: readonly LedgerEvent[]): RunStarted {
  if (first?.type === 'run.started') return first.body as object as RunStarted
  throw new CharterError('run_not_found', `no run \`${run}\``, { hint: 'list the runs with `charter run list`' })
}

export const runStream = (run: string): string => `run/${run}`

export const charterStreamOf = ({ environment, agent }: RunStarted): string => `charter/${environment}:${agent}`

/** What it waited for, but for stops: those are nobody's answer. */
export function besideOf(events: readonly LedgerEvent[]): readonly string[] {
  const waits = events.filter(({ type, body }) => type === 'run.waiting' && body.awaits !== 'stop')
  return [...new Set(waits.map(({ body }) => `${body.awaits === 'approval' ? 'approval' : 'handoff'}/${body.id}`))]
}

async function contentsOf(house: RecordedHouse, stream: string, events: readonly LedgerEvent[]) {
  const refs = events.flatMap(({ body }) => refsIn(body))
  return Object.fromEntries(await openContent(house, stream, refs))
}
