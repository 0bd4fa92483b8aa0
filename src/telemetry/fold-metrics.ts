/** Numbers from events, one event after the other. What is open is remembered; what has ended is only counted. */
import type { ApprovalRequested } from '../approvals/approval-events.ts'
import type { HandoffAssigned } from '../handoffs/handoff-events.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import {
  type EffectDispatched,
  type EffectStatus,
  type RunEvent,
  type RunStarted,
  readRunEvent,
  type Usage,
} from '../runs/events.ts'
import type { StopRaised } from '../stops/stop-events.ts'
import { Series } from './series.ts'

interface OpenRun {
  readonly agent: string
  status: 'running' | 'waiting' | 'handed_off'
  model: string
  /** Tools of its actions, by action. */
  readonly tools: Map<string, string>
}

interface KnownEffect {
  readonly agent: string
  readonly tool: string
  status: EffectStatus
}

interface Asked {
  readonly agent: string
  readonly tool: string
  readonly at: number
}

type OutcomeEvent = Extract<RunEvent, { type: 'effect.committed' | 'effect.not_committed' | 'effect.unknown' }>

const isOutcome = (event: RunEvent): event is OutcomeEvent =>
  ['effect.committed', 'effect.not_committed', 'effect.unknown'].includes(event.type)

export class MetricsFold {
  readonly environment: string
  readonly series = new Series()
  readonly runs = new Map<string, OpenRun>()
  /** All but the committed ones: a late outcome may still change what they are. */
  readonly effects = new Map<string, KnownEffect>()
  readonly approvals = new Map<string, Asked>()
  readonly handoffs = new Map<string, string>()
  readonly stops = new Map<string, StopRaised>()
  position = 0

  constructor(environment: string) {
    this.environment = environment
  }

  fold(event: LedgerEvent): void {
    this.position = event.position
    this.series.add('charter_ledger_events_total', [])
    const [kind, ...rest] = event.stream.split('/')
    if (kind === 'run') this.#foldRun(rest.join('/'), readRunEvent(event))
    if (kind === 'approval') this.#foldApproval(event)
    if (kind === 'handoff') this.#foldHandoff(event)
    if (kind === 'stop') this.#foldStop(event)
  }

  #foldRun(id: string, event: RunEvent): void {
    if (event.type === 'run.started') this.#start(id, event.body)
    else if (event.type === 'effect.dispatched') this.#dispatch(event.body)
    else if (isOutcome(event)) this.#settle(event)
    const run = this.runs.get(id)
    if (run) this.#foldOpenRun(id, run, event)
  }

  #foldOpenRun(id: string, run: OpenRun, event: RunEvent): void {
    const { agent, model } = run
    const toolOf = (action: string) => run.tools.get(action) ?? 'unknown'
    switch (event.type) {
      case 'turn.started':
        run.model = event.body.model
        break
      case 'turn.answered':
        this.series.observe('charter_model_latency_seconds', [agent, model], event.body.latency_ms / 1_000)
        this.#charge(run, 'answered', event.body.usage)
        break
      case 'turn.failed':
        this.#charge(run, event.body.code, event.body.usage)
        break
      case 'action.proposed':
        // What has no version is known to nobody: its name is the model's own invention.
        run.tools.set(event.body.action, event.body.version === undefined ? 'unknown' : event.body.tool)
        break
      case 'action.judged': {
        const { action, decision, code = '' } = event.body
        this.series.add('charter_decisions_total', [agent, toolOf(action), decision, code])
        break
      }
      case 'action.returned':
        this.series.add('charter_actions_total', [agent, toolOf(event.body.action), event.body.outcome])
        break
      case 'run.waiting':
        run.status = event.body.awaits === 'handoff' ? 'handed_off' : 'waiting'
        break
      case 'run.woken':
        run.status = 'running'
        break
      case 'run.escalated':
        this.series.add('charter_escalations_total', [agent, event.body.code])
        break
      case 'run.ended':
        this.runs.delete(id)
        this.series.add('charter_runs_ended_total', [agent, event.body.status])
        break
    }
  }

  #start(id: string, { agent, environment }: RunStarted): void {
    if (environment !== this.environment) return
    this.runs.set(id, { agent, status: 'running', model: 'unknown', tools: new Map() })
    this.series.add('charter_runs_started_total', [agent])
  }

  #charge({ agent, model }: OpenRun, outcome: string, usage: Usage): void {
    this.series.add('charter_model_calls_total', [agent, model, outcome])
    this.series.add('charter_tokens_total', [agent, model, 'prompt'], usage.prompt_tokens)
    this.series.add('charter_tokens_total', [agent, model, 'completion'], usage.completion_tokens)
    this.series.add('charter_cost_usd_total', [agent, model], usage.cost_micro_usd)
  }

  #dispatch({ effect, agent, tool, attempt }: EffectDispatched): void {
    if (!this.runs.has(effect.slice(0, effect.lastIndexOf(':')))) return
    if (attempt === 1) this.series.add('charter_effects_total', [agent, tool])
    this.effects.set(effect, { agent, tool, status: 'dispatched' })
  }

  #settle({ type, body }: OutcomeEvent): void {
    const known = this.effects.get(body.effect)
    if (!known) return
    this.series.add('charter_effect_attempts_total', [known.agent, known.tool, type.slice('effect.'.length)])
    if (type === 'effect.committed') this.effects.delete(body.effect)
    else known.status = body.status
  }

  #foldApproval({ type, body, at }: LedgerEvent): void {
    const id = String(body.approval)
    if (type === 'approval.requested') {
      const { run, agent, tool } = body as object as ApprovalRequested
      if (this.runs.has(run)) this.approvals.set(id, { agent, tool, at })
    }
    const asked = this.approvals.get(id)
    if (!asked || !settlements.has(type)) return
    this.approvals.delete(id)
    const outcome = type.slice('approval.'.length)
    this.series.add('charter_approvals_settled_total', [asked.agent, asked.tool, outcome])
  }

  #foldHandoff({ type, body }: LedgerEvent): void {
    const id = String(body.handoff)
    if (type === 'handoff.assigned') {
      const { run, agent } = body as object as HandoffAssigned
      if (this.runs.has(run)) this.handoffs.set(id, agent)
    }
    if (type === 'handoff.resolved' || type === 'handoff.returned') this.handoffs.delete(id)
  }

  #foldStop({ type, body }: LedgerEvent): void {
    const id = String(body.stop)
    if (type === 'stop.raised') {
      const raised = body as object as StopRaised
      if (raised.environment === '' || raised.environment === this.environment) this.stops.set(id, raised)
    }
    if (type === 'stop.lifted') this.stops.delete(id)
  }
}

const settlements: ReadonlySet<string> = new Set(
  ['granted', 'denied', 'edited', 'expired', 'cancelled', 'superseded'].map((outcome) => `approval.${outcome}`),
)
