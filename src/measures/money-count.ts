/** Counts what a run cost and which tokens were wasted, event by event; every micro-dollar goes into one line. */
import type { RunEvent, RunWoken } from '../runs/events.ts'
import type { Costs } from './costs.ts'
import type { Cost, Tokens } from './run-facts.ts'

/** What the count of tools knows already of the event's action. */
export interface ActionsSeen {
  toolOf(action: string): string | undefined
}

type Mutable<Given> = { -readonly [Name in keyof Given]: Given[Name] }

export class MoneyCount {
  readonly turns = { answered: 0, failed: 0 }
  readonly tokens: Mutable<Tokens> = { all: 0, repeated: 0, retried: 0, documents: 0 }
  peopleMs = 0
  readonly #costs: Costs
  readonly #lines = { model: 0, tools: 0, retries: 0, rework: 0 }
  /** What the turn before sent and said; nothing before the first. */
  #before: { prompt: number; completion: number } | undefined
  /** Since the last answered turn. */
  #refused = false
  #broughtDocuments = false

  constructor(costs: Costs) {
    this.#costs = costs
  }

  see(event: RunEvent, actions: ActionsSeen): void {
    switch (event.type) {
      case 'turn.answered':
        this.#answer(event.body.usage)
        break
      case 'turn.failed':
        this.#fail(event.body.usage)
        break
      case 'action.returned':
        this.#refused ||= event.body.outcome === 'refused'
        this.#broughtDocuments ||= event.body.read.some(({ kind }) => kind === 'document')
        if (event.body.called) this.#lines.tools += this.#feeOf(actions.toolOf(event.body.action))
        break
      case 'effect.dispatched':
        this.#lines[event.body.attempt === 1 ? 'tools' : 'retries'] += this.#feeOf(event.body.tool)
        break
      case 'run.woken':
        this.#refused ||= event.body.outcome === 'returned'
        this.addPeople(signaturesIn(event.body) * this.#costs.msPerSignature)
        break
    }
  }

  addPeople(ms: number): void {
    this.peopleMs += ms
  }

  cost(people: number): Cost {
    return { ...this.#lines, people, peopleMs: this.peopleMs }
  }

  #answer(usage: {
    prompt_tokens: number
    completion_tokens: number
    cost_micro_usd: number
    cached_prompt_tokens: number
  }) {
    const { prompt_tokens: prompt, completion_tokens: completion, cost_micro_usd: cost } = usage
    this.turns.answered += 1
    this.tokens.all += prompt + completion
    this.#lines[this.#refused ? 'rework' : 'model'] += cost
    if (this.#before) {
      const { prompt: sent, completion: said } = this.#before
      this.tokens.repeated += Math.max(0, Math.min(prompt, sent) - usage.cached_prompt_tokens)
      if (this.#broughtDocuments) this.tokens.documents += Math.max(0, prompt - sent - said)
    }
    this.#before = { prompt, completion }
    this.#refused = false
    this.#broughtDocuments = false
  }

  #fail(usage: { prompt_tokens: number; completion_tokens: number; cost_micro_usd: number }): void {
    const tokens = usage.prompt_tokens + usage.completion_tokens
    this.turns.failed += 1
    this.tokens.all += tokens
    this.tokens.retried += tokens
    this.#lines.retries += usage.cost_micro_usd
  }

  #feeOf(tool: string | undefined): number {
    return (tool !== undefined && Object.hasOwn(this.#costs.toolFees, tool) && this.#costs.toolFees[tool]) || 0
  }
}

/** Who said no, or something else instead, has taken as long as who signed. */
function signaturesIn({ awaits, outcome, signatures = {} }: RunWoken): number {
  if (awaits !== 'approval') return 0
  const signed = Object.values(signatures).reduce((sum, count) => sum + count, 0)
  return signed + (outcome === 'denied' || outcome === 'edited' ? 1 : 0)
}
