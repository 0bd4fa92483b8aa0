/**
 * What every command does: read a stream, ask the pure decider, append onto the head that was read. When somebody else
 * was faster the stream is read again and the decider asked again, so racing commands end as if one came after the other.
 */
import { isCharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { LedgerEvent, PayloadRef, SealedPayload } from '../ledger/event.ts'
import type { Lock } from '../ledger/ledger.ts'
import type { Found, Read } from '../ledger/reads.ts'
import type { House } from './house.ts'

export interface Decided {
  readonly type: string
  readonly body: object
}

export interface Deciding {
  readonly stream: string
  /** The principal who says it. */
  readonly by: string
  /** `house` or `tenant` when nothing may be dispatched meanwhile. */
  readonly exclusive?: 'house' | 'tenant'
  /** Content to seal beside the events, by the name that `decide` finds its reference under. */
  readonly content?: Readonly<Record<string, Json>>
  readonly contentClass?: string
  decide(events: readonly LedgerEvent[], refs: Readonly<Record<string, PayloadRef>>, now: number): readonly Decided[]
}

/** Payload numbers of one event: its place in the stream times this, and on. */
const payloadsPerEvent = 16

export async function appendDecision(house: House, deciding: Deciding): Promise<void> {
  await appendAndRead(house, deciding, {})
}

/** What was found under the locks of the append, at the same moment of the database's clock. */
export async function appendAndRead<const Reads extends Readonly<Record<string, Read>>>(
  house: House,
  deciding: Deciding,
  reads: Reads,
): Promise<{ found: Found<Reads>; now: number }> {
  await house.sealer.prepare(deciding.stream)
  for (;;) {
    try {
      return await tryAppend(house, deciding, reads)
    } catch (error) {
      if (!isCharterError(error) || error.code !== 'ledger_version_conflict') throw error
    }
  }
}

async function tryAppend<const Reads extends Readonly<Record<string, Read>>>(
  house: House,
  deciding: Deciding,
  reads: Reads,
): Promise<{ found: Found<Reads>; now: number }> {
  const { ledger, tenant } = house
  const { stream, exclusive } = deciding
  const events = await ledger.read(tenant, stream)
  const last = events.at(-1)
  const head = last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: '' }
  const { refs, payloads } = sealAll(house, deciding, head.seq)
  const own: readonly Lock[] = [{ lock: 'stream', stream }]
  return ledger.transact({
    tenant,
    locks: exclusive ? [{ lock: exclusive, mode: 'exclusive' }, ...own] : own,
    reads,
    decide: (found, now) => {
      const decided = deciding.decide(events, refs, now)
      const drafts = decided.map(({ type, body }) => ({ type, v: 1, actor: deciding.by, body: asObject(body) }))
      const append = drafts.length > 0 ? [{ stream, after: head, events: drafts, payloads }] : []
      return { append, answer: { found, now } }
    },
  })
}

function sealAll({ sealer }: House, { stream, content = {}, contentClass = 'approval' }: Deciding, seq: number) {
  const refs: Record<string, PayloadRef> = {}
  const payloads: SealedPayload[] = []
  for (const [index, [name, value]] of Object.entries(content).entries()) {
    const { payload, ref } = sealer.seal(stream, (seq + 1) * payloadsPerEvent + index, contentClass, value)
    refs[name] = ref
    payloads.push(payload)
  }
  return { refs, payloads }
}

const asObject = (body: object): JsonObject => JSON.parse(JSON.stringify(body))
