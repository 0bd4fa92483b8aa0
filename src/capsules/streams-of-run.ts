/** Every stream that a run is made of: its own, what people answered, whose authority it had, what stopped it, what ran. */
import { isJsonObject, type Json, partOf } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { charterStreamOf, type RecordedHouse, runStream } from '../replays/recorded-run.ts'
import type { Recording } from '../replays/recording.ts'
import { releaseStream } from '../runs/release-book.ts'

/** Those that anything was written to, the run's own first. */
export async function streamsOfRun(house: RecordedHouse, recording: Recording): Promise<readonly string[]> {
  const { run, started, beside } = recording
  const named = new Set([
    runStream(run),
    ...beside.keys(),
    ...grantsIn(recording).map((grant) => `grant/${grant}`),
    ...stopsIn(recording).map((stop) => `stop/${stop}`),
    charterStreamOf(started),
    releaseStream(started.release.hash),
  ])
  const written = await Promise.all(
    [...named].map(async (stream) => ((await isWritten(house, stream)) ? [stream] : [])),
  )
  return written.flat()
}

const isWritten = async ({ ledger, tenant }: RecordedHouse, stream: string) =>
  (await ledger.read(tenant, stream)).length > 0

/** Its own grant and those above it, as they stood in the ground of each decision. */
function grantsIn(recording: Recording): readonly string[] {
  const grounds = recording.events.flatMap((event) => listIn(recording, event, 'grants'))
  return [recording.started.grant, ...textsIn(grounds, 'grant'), ...textsIn(grounds, 'parent')]
}

function stopsIn(recording: Recording): readonly string[] {
  const waited = recording.events.flatMap(({ type, body }) =>
    type === 'run.waiting' && body.awaits === 'stop' ? [String(body.id)] : [],
  )
  return [
    ...waited,
    ...textsIn(
      recording.events.flatMap((event) => listIn(recording, event, 'stops')),
      'stop',
    ),
  ]
}

function listIn({ content }: Recording, { stream, type, body }: LedgerEvent, name: string): readonly Json[] {
  const n = type === 'action.judged' ? partOf(body.judged, 'n') : undefined
  const basis = typeof n === 'number' ? content(stream, n) : undefined
  const list = partOf(partOf(basis, 'live') ?? partOf(partOf(basis, 'read'), 'live'), name)
  return Array.isArray(list) ? list : []
}

const textsIn = (rows: readonly Json[], name: string): readonly string[] =>
  rows.flatMap((row) => {
    const text = isJsonObject(row) ? row[name] : undefined
    return typeof text === 'string' && text !== '' ? [text] : []
  })
