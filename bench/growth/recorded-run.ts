/**
 * A run that really was, as something to be copied: a million events are more than the engine would write in a bench's
 * time. The copy has the events, rows, payloads and hashes of a run of its own; only what is sealed in it says the same.
 */
import type { EventDraft, SealedPayload } from '../../src/ledger/event.ts'
import type { Append } from '../../src/ledger/ledger.ts'
import { credits, type House, largeAmount } from './open-house.ts'

interface RecordedStream {
  readonly stream: string
  readonly events: readonly { readonly draft: Omit<EventDraft, 'body'>; readonly body: string }[]
  readonly payloads: readonly SealedPayload[]
}

export interface RecordedRun {
  /** What every copy has in place of it: the run, its grant, its question, its customer. */
  readonly names: RunNames
  readonly streams: readonly RecordedStream[]
  readonly events: number
}

export interface RunNames {
  readonly run: string
  readonly grant: string
  readonly approval: string
  /** Pseudonym of the customer, by which limits are summed. */
  readonly customer: string
}

/** Effects of every copy of a run that ended. */
export const effectsOfRun = 5

/** Plays a run to its end: five writes, a turn each. */
export async function recordEnded(house: House): Promise<RecordedRun> {
  const run = await house.start('recorded')
  for (let memo = 0; memo < effectsOfRun; memo++) await house.say('recorded', credits('recorded', 'c_1', [memo]))
  await house.say('recorded', [])
  await house.ended(run)
  return record(house, run)
}

/** Plays a run up to a question that nobody answers. */
export async function recordWaiting(house: House): Promise<RecordedRun> {
  const run = await house.start('waiting')
  await house.say('waiting', credits('waiting', 'c_1', [0], largeAmount))
  return record(house, run, await house.question(run))
}

async function record(house: House, run: string, approval = ''): Promise<RecordedRun> {
  const { ledger, sealer, tenant } = house.runtime.house
  const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
  const names = { run, grant: row?.grant ?? '', approval, customer: sealer.pseudonym('customer', 'c_1') }
  const streams = [`grant/${names.grant}`, `run/${run}`, ...(approval === '' ? [] : [`approval/${approval}`])]
  const recorded = await Promise.all(streams.map((stream) => recordStream(house, stream)))
  return { names, streams: recorded, events: recorded.reduce((sum, { events }) => sum + events.length, 0) }
}

async function recordStream(house: House, stream: string): Promise<RecordedStream> {
  const { ledger, tenant } = house.runtime.house
  const events = await ledger.read(tenant, stream)
  const bodies = events.map(({ body }) => JSON.stringify(body))
  const ns = new Set(bodies.flatMap((body) => [...body.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n))))
  return {
    stream,
    events: events.map(({ type, v, actor }, index) => ({ draft: { type, v, actor }, body: bodies[index] ?? '' })),
    payloads: await ledger.payloads(tenant, stream, [...ns]),
  }
}

/** The appends of one copy. Its effects moved their money at `movedAt`. */
export function copyOf({ names, streams }: RecordedRun, copy: RunNames, movedAt: number): readonly Append[] {
  const rename = (text: string) =>
    Object.entries(names).reduce(
      (renamed, [what, name]) => (name === '' ? renamed : renamed.replaceAll(name, copy[what as keyof RunNames])),
      text,
    )
  return streams.map(({ stream: original, events, payloads }) => {
    const stream = rename(original)
    return {
      stream,
      after: { seq: 0, hash: '' },
      events: events.map(({ draft, body }) => ({
        ...draft,
        body: JSON.parse(rename(body).replace(/"first_dispatched_at":\d+/, `"first_dispatched_at":${movedAt}`)),
      })),
      payloads: payloads.map((payload) => ({ ...payload, stream })),
    }
  })
}
