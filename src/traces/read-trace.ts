/** Reads what a trace is made of: the run's events, the content that is still kept, and the streams it waited for. */
import { CharterError, isCharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import { isPayloadRef, type LedgerEvent, type PayloadRef, type SealedPayload } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Awaited } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'
import { awaitedStream } from './traced-wait.ts'

export interface TraceReading {
  readonly ledger: Pick<Ledger, 'read' | 'payloads'>
  readonly sealer: Pick<Sealer, 'prepare' | 'open'>
  readonly tenant: string
}

/** Throws `run_not_found`. */
export async function readTrace(from: TraceReading, run: string): Promise<TraceSource> {
  const stream = `run/${run}`
  const events = await from.ledger.read(from.tenant, stream)
  if (events.length === 0) {
    throw new CharterError('run_not_found', `no run \`${run}\``, {
      param: 'run',
      hint: 'list the runs with `charter run list`',
    })
  }
  const opened = await openContent(
    from,
    stream,
    events.flatMap(({ body }) => refsIn(body)),
  )
  return { run, events, content: (ref) => opened.get(ref.n), beside: await readBeside(from, events) }
}

/** All payload references in an event's body, at any depth. */
export function refsIn(value: Json | undefined): PayloadRef[] {
  if (typeof value !== 'object' || value === null) return []
  if (isPayloadRef(value)) return [value]
  return Object.values(value).flatMap((part: Json) => refsIn(part))
}

/** Content of a stream by its number. What was erased or has expired is not in it. */
export async function openContent(
  { ledger, sealer, tenant }: TraceReading,
  stream: string,
  refs: readonly PayloadRef[],
): Promise<ReadonlyMap<number, Json>> {
  if (refs.length === 0) return new Map()
  await sealer.prepare(stream)
  const payloads = await ledger.payloads(tenant, stream, [...new Set(refs.map(({ n }) => n))])
  return new Map(
    payloads.flatMap((payload) => {
      const content = openOne(sealer, payload)
      return content === undefined ? [] : [[payload.n, content] as const]
    }),
  )
}

function openOne(sealer: TraceReading['sealer'], payload: SealedPayload): Json | undefined {
  try {
    return sealer.open(payload)
  } catch (error) {
    if (isCharterError(error) && error.code === 'payload_erased') return undefined
    throw error
  }
}

async function readBeside(
  { ledger, tenant }: TraceReading,
  events: readonly LedgerEvent[],
): Promise<ReadonlyMap<string, readonly LedgerEvent[]>> {
  const waits = events.filter(({ type }) => type === 'run.waiting')
  const streams = new Set(waits.map(({ body }) => awaitedStream(body.awaits as Awaited, String(body.id))))
  const read = async (stream: string) => [stream, await ledger.read(tenant, stream)] as const
  return new Map(await Promise.all([...streams].map(read)))
}
