/** A recorded run, ready to be played: what a replay is played from, and what it is held against. */
import { readAppliedPage } from '../charter/applied-page.ts'
import type { Page } from '../charter/page.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import { isPayloadRef, type LedgerEvent } from '../ledger/event.ts'
import type { RunStarted } from '../runs/events.ts'
import { pageSourceIn } from '../runs/payload-content.ts'
import type { ReleaseContent } from '../runs/release.ts'
import { releaseStream } from '../runs/release-book.ts'
import {
  besideOf,
  charterStreamOf,
  type RecordedHouse,
  type RecordedRun,
  readRecordedRun,
  runStream,
  startedIn,
} from './recorded-run.ts'

export interface Recording {
  readonly ledger: string
  readonly tenant: string
  readonly run: string
  readonly started: RunStarted
  /** Of the run's own stream, oldest first. */
  readonly events: readonly LedgerEvent[]
  /** Approvals and handoffs that it asked for, by stream. */
  readonly beside: ReadonlyMap<string, readonly LedgerEvent[]>
  /** Nothing where it is no longer kept. */
  content(stream: string, n: number): Json | undefined
  /** Pages by hash: the pinned one, and those that were in force when something was judged. */
  readonly pages: ReadonlyMap<string, Page>
  /** Nothing where it was not recorded. */
  readonly release: ReleaseContent | undefined
  readonly naming: Naming
}

/** Keyed names of this ledger's tenant. */
export type Naming = Pick<Sealer, 'digest' | 'pseudonym'>

/** Throws `run_not_found`. */
export async function readRecording(house: RecordedHouse, run: string): Promise<Recording> {
  return recordingOf(await readRecordedRun(house, run), house.sealer)
}

/** Throws `run_not_found`, and `charter_invalid` for a page that this Charter cannot read any more. */
export function recordingOf({ ledger, tenant, run, streams, contents }: RecordedRun, naming: Naming): Recording {
  const eventsOf = (stream: string) => streams[stream] ?? []
  const content = (stream: string, n: number): Json | undefined => contents[stream]?.[n]
  const events = eventsOf(runStream(run))
  const started = startedIn(run, events)
  const charters = charterStreamOf(started)
  return {
    ledger,
    tenant,
    run,
    started,
    events,
    beside: new Map(besideOf(events).map((stream) => [stream, eventsOf(stream)])),
    content,
    pages: pagesIn(eventsOf(charters), (n) => content(charters, n)),
    release: releaseIn(eventsOf(releaseStream(started.release.hash)), content),
    naming,
  }
}

function pagesIn(applied: readonly LedgerEvent[], content: (n: number) => Json | undefined): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>()
  for (const { body } of applied) {
    const source = isPayloadRef(body.page) ? content(body.page.n) : undefined
    if (source !== undefined) pages.set(String(body.charter), readAppliedPage(pageSourceIn(source)))
  }
  return pages
}

function releaseIn([recorded]: readonly LedgerEvent[], content: Recording['content']): ReleaseContent | undefined {
  const ref = recorded?.body.content
  const kept = recorded && isPayloadRef(ref) ? content(recorded.stream, ref.n) : undefined
  return isJsonObject(kept) ? (kept as object as ReleaseContent) : undefined
}
