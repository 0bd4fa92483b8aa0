/** What lists, stops and limits read of runs: one row a run, one an effect, one for each thing an effect moves. */
import type { LedgerEvent } from '../ledger/event.ts'
import type { Change, Projection, Row } from '../ledger/projection.ts'
import type { EffectCommitted, EffectDispatched, EffectNotCommitted, Movement, RunEvent, RunStarted } from './events.ts'
import { readRunEvent } from './events.ts'

export const runProjection: Projection = {
  name: 'runs',
  tables: ['runs', 'effects', 'attempts', 'movements', 'subjects'],
  project(event) {
    if (event.type.startsWith('slice.')) return sliceChanges(event)
    const ended = wakers[event.type]
    if (ended !== undefined) return wakeWaiting(String(event.body[ended]), event.at)
    if (!event.stream.startsWith('run/')) return []
    const run = event.stream.slice('run/'.length)
    const changes = changesOf(run, readRunEvent(event))
    return event.type === 'run.started' ? changes : [...changes, patchRun(run, { updated_at: event.at })]
  },
}

/** What a run may wait for, and the key of its id in the event that ends the wait. */
const wakers: { readonly [type: string]: string } = {
  'approval.granted': 'approval',
  'approval.denied': 'approval',
  'approval.edited': 'approval',
  'approval.expired': 'approval',
  'approval.cancelled': 'approval',
  'approval.superseded': 'approval',
  'handoff.resolved': 'handoff',
  'handoff.returned': 'handoff',
  'stop.raised': 'stop',
  'stop.lifted': 'stop',
}

/** Whoever waits for this may go on: so an engine finds it without looking at everything that waits. */
const wakeWaiting = (awaited: string, at: number): readonly Change[] => [
  { change: 'patch', table: 'runs', key: { awaited }, set: { wake_at: at } },
]

function changesOf(run: string, event: RunEvent): readonly Change[] {
  switch (event.type) {
    case 'run.started':
      return [{ change: 'put', table: 'runs', row: startedRow(run, event.body, event.at) }]
    case 'turn.started':
      return [addToRun(run, { turns: 1 })]
    case 'turn.answered':
    case 'turn.failed':
      return [addToRun(run, { cost_micro_usd: event.body.usage.cost_micro_usd })]
    case 'action.judged':
      return event.body.subjects.map(({ kind, id }) => touched(run, kind, id, event.at))
    case 'action.returned':
      return event.body.called ? [addToRun(run, { tool_calls: 1 })] : []
    case 'effect.dispatched':
      return dispatched(run, event.body, event.at)
    case 'effect.committed':
      return [...endAttempt(event.body), ...settle(event.body.effect, 'committed', 'settled', event.at)]
    case 'effect.not_committed':
      return [
        ...endAttempt(event.body),
        ...(event.body.status === 'not_committed'
          ? settle(event.body.effect, 'not_committed', 'released', event.at)
          : [patchEffect(event.body.effect, { status: event.body.status })]),
      ]
    case 'effect.unknown': {
      const { effect, attempt, status } = event.body
      return [
        patchEffect(effect, { status }),
        { change: 'patch', table: 'attempts', key: { effect, attempt }, set: { status: 'unknown' } },
      ]
    }
    case 'effect.given_up':
      return [patchEffect(event.body.effect, { look_at: event.body.look_at ?? null })]
    case 'run.waiting': {
      const { awaits, id, until = null } = event.body
      const status = awaits === 'handoff' ? 'handed_off' : 'waiting'
      return [patchRun(run, { status, awaits, awaited: id, wake_at: until })]
    }
    case 'run.woken':
      return [patchRun(run, { status: 'running', awaits: null, awaited: null, wake_at: null })]
    case 'run.escalated':
      return [patchRun(run, { reason: event.body.code })]
    case 'run.ended': {
      const { status, code } = event.body
      const reason = code === undefined ? {} : { reason: code }
      return [patchRun(run, { status, ...reason, ended_at: event.at, awaits: null, awaited: null, wake_at: null })]
    }
    default:
      return []
  }
}

const startedRow = (run: string, started: RunStarted, at: number): Row => ({
  run,
  agent: started.agent,
  environment: started.environment,
  status: 'running',
  reason: null,
  start_key: started.start_key ?? null,
  session: started.session ?? null,
  grant: started.grant,
  release: started.release.hash,
  charter: started.charter,
  started_at: at,
  updated_at: at,
  ended_at: null,
  awaits: null,
  awaited: null,
  wake_at: null,
  turns: 0,
  tool_calls: 0,
  effects: 0,
  cost_micro_usd: 0,
  input_digest: started.input_digest,
})

const touched = (run: string, kind: string, subject: string, at: number): Change => ({
  change: 'put',
  table: 'subjects',
  row: { kind, subject, run, touched_at: at },
})

/** What an engine holds of a budget that many runs share counts as moved, spent or not. */
function sliceChanges({ type, body, at }: LedgerEvent): readonly Change[] {
  const slice = String(body.slice)
  const amount = Number(body.amount)
  if (type === 'slice.taken') return [hold(slice, { key: String(body.key), amount }, at)]
  return [{ change: 'add', table: 'movements', key: { effect: slice }, by: { amount: -amount } }]
}

const hold = (effect: string, { key, amount }: Movement, at: number): Change => ({
  change: 'put',
  table: 'movements',
  row: { effect, key, at, amount, state: 'held' },
})

function dispatched(run: string, sent: EffectDispatched, at: number): readonly Change[] {
  const counted = sent.attempt === 1 ? [addToRun(run, { tool_calls: 1, effects: 1 })] : []
  const { effect, action, agent, tool, risk, attempt, key, deadline, settles_by, subject } = sent
  const row = { effect, run, action, agent, tool, risk, subject: subject ?? null, business_key: null, attempt, key }
  return [
    ...counted,
    {
      change: 'put',
      table: 'effects',
      row: { ...row, status: 'dispatched', dispatched_at: at, deadline, settles_by, settled_at: null, look_at: null },
    },
    {
      change: 'put',
      table: 'attempts',
      row: { effect, attempt, run, agent, tool, risk, key, status: 'dispatched', settles_by },
    },
    // Sent again, it moves what it moved before, and from the time it first did.
    ...sent.moves.map((move) => hold(effect, move, sent.first_dispatched_at)),
  ]
}

/** Whoever looked in the system of record, or settled the effect, has stopped nothing that is still on the wire. */
const endAttempt = ({ effect, attempt, by }: EffectCommitted | EffectNotCommitted): readonly Change[] =>
  by === 'attempt' || by === 'not_begun' ? [{ change: 'remove', table: 'attempts', key: { effect, attempt } }] : []

const settle = (effect: string, status: string, state: string, at: number): readonly Change[] => [
  patchEffect(effect, { status, settled_at: at, look_at: null }),
  patchMovements(effect, { state }),
]

const patchRun = (run: string, set: Row): Change => ({ change: 'patch', table: 'runs', key: { run }, set })
const addToRun = (run: string, by: Readonly<Record<string, number>>): Change => ({
  change: 'add',
  table: 'runs',
  key: { run },
  by,
})
const patchEffect = (effect: string, set: Row): Change => ({ change: 'patch', table: 'effects', key: { effect }, set })
const patchMovements = (effect: string, set: Row): Change => ({
  change: 'patch',
  table: 'movements',
  key: { effect },
  set,
})
