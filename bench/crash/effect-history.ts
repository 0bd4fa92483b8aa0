/** What the ledger holds of runs and effects after all kills, folded from its events alone. */
import type { LedgerEvent } from '../../src/ledger/event.ts'
import type { EffectDispatched, EffectStatus, RunEnded, RunStarted } from '../../src/runs/events.ts'

export interface EffectHistory {
  readonly effect: string
  readonly tool: string
  readonly key: string
  /** When each was dispatched, by number. */
  readonly attempts: Map<number, number>
  readonly firstAt: number
  status: EffectStatus
  /** Why an attempt became unknown, of the latest one that did. */
  why: string | undefined
  /** When it came to an end or was given up, if it was. */
  endedAt: number | undefined
}

export interface RunHistory {
  readonly run: string
  readonly startKey: string | undefined
  status: RunEnded['status'] | undefined
}

export interface Histories {
  readonly events: number
  readonly effects: ReadonlyMap<string, EffectHistory>
  readonly runs: ReadonlyMap<string, RunHistory>
}

/** What a ledger or an account of one can be read with. */
export type ReadOn = (after: number, most: number) => Promise<readonly LedgerEvent[]>

const page = 1_000

export async function readHistories(readOn: ReadOn): Promise<Histories> {
  const effects = new Map<string, EffectHistory>()
  const runs = new Map<string, RunHistory>()
  let events = 0
  for (let after = 0; ; ) {
    const more = await readOn(after, page)
    for (const event of more) note(event, effects, runs)
    events += more.length
    const last = more.at(-1)
    if (!last) return { events, effects, runs }
    after = last.position
  }
}

function note(event: LedgerEvent, effects: Map<string, EffectHistory>, runs: Map<string, RunHistory>): void {
  if (!event.stream.startsWith('run/')) return
  const run = event.stream.slice('run/'.length)
  const body: object = event.body
  if (event.type === 'run.started') runs.set(run, { run, startKey: (body as RunStarted).start_key, status: undefined })
  if (event.type === 'run.ended') setStatus(runs.get(run), (body as RunEnded).status)
  if (event.type === 'effect.dispatched') noteDispatched(body as EffectDispatched, event.at, effects)
  else if (event.type.startsWith('effect.')) noteOutcome(event, effects)
}

function setStatus(run: RunHistory | undefined, status: RunEnded['status']): void {
  if (run) run.status = status
}

function noteDispatched(sent: EffectDispatched, at: number, effects: Map<string, EffectHistory>): void {
  const { effect, tool, key, attempt } = sent
  const known = effects.get(effect)
  if (known) {
    known.attempts.set(attempt, at)
    known.status = 'dispatched'
    known.endedAt = undefined
  } else {
    const attempts = new Map([[attempt, at]])
    const open = { status: 'dispatched', why: undefined, endedAt: undefined } as const
    effects.set(effect, { effect, tool, key, attempts, firstAt: at, ...open })
  }
}

function noteOutcome({ type, body, at }: LedgerEvent, effects: Map<string, EffectHistory>): void {
  const effect = effects.get(String(body.effect))
  if (!effect) return
  if (type === 'effect.given_up') {
    effect.endedAt ??= at
    return
  }
  if (type === 'effect.unknown') effect.why = String(body.why)
  effect.status = type === 'effect.committed' ? 'committed' : (String(body.status) as EffectStatus)
  if (effect.status !== 'unknown') effect.endedAt ??= at
}
