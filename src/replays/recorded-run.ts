/** A run as the ledger has it, as plain data: its events, those of the streams that it hangs on, and what they name. */
import { charterStream } from '../charter/applied-page.ts'
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Awaited, RunStarted } from '../runs/events.ts'
import { releaseStream } from '../runs/release-book.ts'
import { openContent, refsIn } from '../traces/read-trace.ts'
import { awaitedStream } from '../traces/traced-wait.ts'

export interface RecordedRun {
  readonly ledger: string
  readonly tenant: string
  readonly run: string
  /** Its own, the approvals and handoffs that it asked for, its pages as they were applied, its release; oldest first. */
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
  const charters = charterStreamOf(started)
  const pages = pagesNamedIn(events, started)
  const streams: Record<string, readonly LedgerEvent[]> = { [runStream(run)]: events }
  for (const stream of [...besideOf(events), charters, releaseStream(started.release.hash)]) {
    const of = await ledger.read(tenant, stream)
    streams[stream] = stream === charters ? of.filter(({ body }) => pages.has(String(body.charter))) : of
  }
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

export const charterStreamOf = ({ environment, agent }: RunStarted): string => charterStream(environment, agent)

/** What it waited for, but for stops: those are nobody's answer. */
export function besideOf(events: readonly LedgerEvent[]): readonly string[] {
  const waits = events.filter(({ type, body }) => type === 'run.waiting' && body.awaits !== 'stop')
  return [...new Set(waits.map(({ body }) => awaitedStream(body.awaits as Awaited, String(body.id))))]
}

/** The pinned one, and those that were in force when something was judged. */
function pagesNamedIn(events: readonly LedgerEvent[], { charter }: RunStarted): ReadonlySet<string> {
  const inForce = events.flatMap(({ body }) => (typeof body.in_force === 'string' ? [body.in_force] : []))
  return new Set([charter, ...inForce])
}

async function contentsOf(house: RecordedHouse, stream: string, events: readonly LedgerEvent[]) {
  const refs = events.flatMap(({ body }) => refsIn(body))
  return Object.fromEntries(await openContent(house, stream, refs))
}
