/** A stored decision made another, and every later hash of its stream made again: by its hashes the ledger is in order. */
import type { LedgerEvent } from '../../src/ledger/event.ts'
import { checkChain, hashEvent } from '../../src/ledger/hash-chain.ts'
import type { KeptRun } from '../../test/recorded/kept-run.ts'

export interface Flipped {
  readonly kept: KeptRun
  /** Of the event that was changed. */
  readonly seq: number
}

/** The n-th decision of a run, counted round; nothing where it has none. */
export function flip(kept: KeptRun, n: number): Flipped | undefined {
  const { recorded } = kept
  const stream = `run/${recorded.run}`
  const events = recorded.streams[stream] ?? []
  const judged = events.filter(({ type }) => type === 'action.judged')
  const chosen = judged[n % Math.max(1, judged.length)]
  if (!chosen) return undefined
  const changed = events.map((event) => (event === chosen ? { ...event, body: otherDecision(event) } : event))
  const streams = { ...recorded.streams, [stream]: rechained(changed) }
  return { kept: { ...kept, recorded: { ...recorded, streams } }, seq: chosen.seq }
}

/** What an attacker would write: a refusal becomes a yes, and a yes a refusal. */
function otherDecision({ body }: LedgerEvent): LedgerEvent['body'] {
  const { code: _, ...rest } = body
  return body.decision === 'allow'
    ? { ...rest, decision: 'deny', code: 'policy_denied' }
    : { ...rest, decision: 'allow', asks: [] }
}

function rechained(events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const again: LedgerEvent[] = []
  for (const event of events) {
    const prevHash = again.at(-1)?.hash ?? event.prevHash
    again.push({ ...event, prevHash, hash: hashEvent({ ...event, prevHash }) })
  }
  return again
}

/** Whether the hashes of the run's events hold. */
export const isInOrder = ({ recorded }: KeptRun): boolean =>
  checkChain(recorded.ledger, recorded.streams[`run/${recorded.run}`] ?? []) === undefined
