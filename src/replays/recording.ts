/** All that the ledger knows of one run: what a replay is played from, and what it is held against. */
import { loadCharter } from '../charter/load.ts'
import type { Page } from '../charter/page.ts'
import { CharterError } from '../errors.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import { isPayloadRef, type LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RunStarted } from '../runs/events.ts'
import { pageSourceIn } from '../runs/payload-content.ts'
import type { ReleaseContent } from '../runs/release.ts'
import { releaseStream } from '../runs/release-book.ts'
import { openContent, refsIn } from '../traces/read-trace.ts'

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

export interface RecordedHouse {
  readonly ledger: Pick<Ledger, 'id' | 'read' | 'payloads'>
  readonly sealer: Pick<Sealer, 'prepare' | 'open' | 'digest' | 'pseudonym'>
  readonly tenant: string
}

/** Throws `run_not_found`. */
export async function readRecording(house: RecordedHouse, run: string): Promise<Recording> {
  const stream = `run/${run}`
  const events = await house.ledger.read(house.tenant, stream)
  const [first] = events
  if (first?.type !== 'run.started')
    throw new CharterError('run_not_found', `no run \`${run}\``, { hint: 'list the runs with `charter run list`' })
  const started = first.body as object as RunStarted
  const pagesOf = `charter/${started.environment}:${started.agent}`
  const releaseOf = releaseStream(started.release.hash)
  const beside = await readAll(house, besideOf(events))
  const pages = await readAll(house, [pagesOf])
  const releases = await readAll(house, [releaseOf])
  const contents = await openAll(house, new Map([[stream, events], ...beside, ...pages, ...releases]))
  const content = (of: string, n: number) => contents.get(of)?.get(n)
  return {
    ledger: house.ledger.id,
    tenant: house.tenant,
    run,
    started,
    events,
    beside,
    content,
    pages: pagesIn(pages.get(pagesOf) ?? [], hashesIn(events, started), (n) => content(pagesOf, n)),
    release: releaseIn(releases.get(releaseOf) ?? [], (n) => content(releaseOf, n)),
    naming: house.sealer,
  }
}

function besideOf(events: readonly LedgerEvent[]): readonly string[] {
  const waits = events.filter(({ type, body }) => type === 'run.waiting' && body.awaits !== 'stop')
  return [...new Set(waits.map(({ body }) => `${body.awaits === 'approval' ? 'approval' : 'handoff'}/${body.id}`))]
}

async function readAll({ ledger, tenant }: RecordedHouse, streams: readonly string[]) {
  const read = async (stream: string) => [stream, await ledger.read(tenant, stream)] as const
  return new Map(await Promise.all(streams.map(read)))
}

async function openAll(house: RecordedHouse, streams: ReadonlyMap<string, readonly LedgerEvent[]>) {
  const opened = new Map<string, ReadonlyMap<number, Json>>()
  for (const [stream, events] of streams)
    opened.set(
      stream,
      await openContent(
        house,
        stream,
        events.flatMap(({ body }) => refsIn(body)),
      ),
    )
  return opened
}

function hashesIn(events: readonly LedgerEvent[], { charter }: RunStarted): ReadonlySet<string> {
  const inForce = events.flatMap(({ body }) => (typeof body.in_force === 'string' ? [body.in_force] : []))
  return new Set([charter, ...inForce])
}

function pagesIn(
  applied: readonly LedgerEvent[],
  wanted: ReadonlySet<string>,
  content: (n: number) => Json | undefined,
): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>()
  for (const { body } of applied) {
    const hash = String(body.charter)
    const source = wanted.has(hash) && isPayloadRef(body.page) ? content(body.page.n) : undefined
    if (source !== undefined) pages.set(hash, pageIn(source))
  }
  return pages
}

function pageIn(source: Json): Page {
  const { file, text, files } = pageSourceIn(source)
  return loadCharter({ file, text, readFile: (relative) => files[relative] }).page
}

function releaseIn(
  [recorded]: readonly LedgerEvent[],
  content: (n: number) => Json | undefined,
): ReleaseContent | undefined {
  const ref = recorded?.body.content
  const kept = isPayloadRef(ref) ? content(ref.n) : undefined
  return isJsonObject(kept) ? (kept as object as ReleaseContent) : undefined
}
