/** Counts what became of the actions of a run, tool by tool, and notices what must not have happened to them. */
import type { Page } from '../charter/page.ts'
import type { ActionJudged, ActionProposed, EffectDispatched, RunEvent, RunWoken } from '../runs/events.ts'
import type { ToolFacts } from './run-facts.ts'

type Mutable<Given> = { -readonly [Name in keyof Given]: Given[Name] }
type Count = Omit<Mutable<ToolFacts>, 'denied'> & { readonly denied: Record<string, number> }

interface Seen {
  readonly tool: string
  readonly count: Count
  readonly turn: number
  judged?: ActionJudged
  isDenied?: boolean
  isAsked?: boolean
  isMiscited?: boolean
  isTold?: boolean
  /** By effect: `open` until something was said of it. */
  readonly effects: Map<string, string>
}

/** What was done before is answered as it was then, and what comes after a refusal is not attempted: neither is judged. */
const unjudged: readonly string[] = ['not_attempted', 'replayed']

const citationCodes: readonly string[] = ['citation_missing', 'evidence_unread', 'intent_missing']

export class ToolCount {
  bypassed = false
  uncited = false
  readonly #page: Page | undefined
  readonly #counts = new Map<string, Count>()
  readonly #seen = new Map<string, Seen>()
  readonly #byEffect = new Map<string, Seen>()
  /** Questions by id, and how they ended. */
  readonly #asked = new Map<string, Seen>()
  readonly #granted = new Set<string>()
  #hasReadDocument = false
  #lastTurn = 0

  constructor(page: Page | undefined) {
    this.#page = page
  }

  toolOf(action: string): string | undefined {
    return this.#seen.get(action)?.tool
  }

  get hasUnknown(): boolean {
    return [...this.#seen.values()].some(({ effects }) => [...effects.values()].some(isUnsettled))
  }

  see(event: RunEvent): void {
    switch (event.type) {
      case 'turn.started':
        this.#lastTurn = event.body.turn
        break
      case 'action.proposed':
        this.#propose(event.body)
        break
      case 'action.judged':
        this.#judge(event.body)
        break
      case 'run.waiting':
        this.#ask(event.body)
        break
      case 'run.woken':
        this.#hear(event.body)
        break
      case 'effect.dispatched':
        this.#dispatch(event.body)
        break
      case 'effect.committed':
        this.#byEffect.get(event.body.effect)?.effects.set(event.body.effect, 'committed')
        break
      case 'effect.not_committed':
      case 'effect.unknown':
        this.#byEffect.get(event.body.effect)?.effects.set(event.body.effect, event.body.status)
        break
      case 'action.returned': {
        const { action, outcome, code, called, read } = event.body
        const seen = this.#seen.get(action)
        this.#hasReadDocument ||= read.some(({ kind }) => kind === 'document')
        if (!seen) return
        seen.isTold = seen.judged !== undefined || unjudged.includes(outcome)
        if (!called && seen.effects.size === 0) return
        const isRejected = code === 'output_rejected'
        if (outcome === 'result' || isRejected) seen.count.answers += 1
        if (isRejected) seen.count.rejected += 1
      }
    }
  }

  /** Once the events are over. */
  facts(isEnded: boolean, isDone: boolean): Readonly<Record<string, ToolFacts>> {
    for (const seen of this.#seen.values()) {
      for (const status of seen.effects.values()) if (isUnsettled(status)) seen.count.unknown += 1
      if (!isEnded) continue
      seen.count.ofEnded += 1
      if (this.#isTold(seen, isDone)) seen.count.told += 1
    }
    return Object.fromEntries(this.#counts)
  }

  /** A run that ended otherwise than done may have ended in the middle of its last turn: that is its story. */
  #isTold({ isTold = false, judged, turn, effects }: Seen, isDone: boolean): boolean {
    const hasOutcomes = [...effects.values()].every((status) => status !== 'open')
    const endedHere = !isDone && turn === this.#lastTurn
    return hasOutcomes && (isTold || (endedHere && (judged !== undefined || effects.size === 0)))
  }

  #propose({ action, tool, version, turn, edited_from: before }: ActionProposed): void {
    const name = version === undefined ? tool : `${tool}@${version}`
    const count = this.#counts.get(name) ?? emptyCount()
    this.#counts.set(name, count)
    this.#seen.set(action, { tool, count, turn, effects: new Map() })
    const replaced = before === undefined ? undefined : this.#seen.get(before)
    if (replaced) {
      replaced.isTold = true
      return
    }
    count.proposals += 1
    const rules = this.#page?.tools[tool]
    if (rules?.requireCitation || rules?.requireIntent) count.citing += 1
  }

  #judge(judged: ActionJudged): void {
    const seen = this.#seen.get(judged.action)
    if (!seen) return
    const { count } = seen
    if (judged.decision === 'invalid' && !seen.judged) count.invalid += 1
    if (judged.decision === 'deny') {
      const code = judged.code ?? 'denied_by_policy'
      if (!seen.isDenied) count.denied[code] = (count.denied[code] ?? 0) + 1
      seen.isDenied = true
      if (citationCodes.includes(code) && !seen.isMiscited) {
        count.miscited += 1
        seen.isMiscited = true
      }
    }
    seen.judged = judged
  }

  #ask({ awaits, id, action = '' }: Extract<RunEvent, { type: 'run.waiting' }>['body']): void {
    const seen = this.#seen.get(action)
    if (awaits !== 'approval' || !seen) return
    this.#asked.set(id, seen)
    if (!seen.isAsked) seen.count.asked += 1
    seen.isAsked = true
  }

  #hear({ awaits, id, outcome }: RunWoken): void {
    const seen = this.#asked.get(id)
    if (awaits !== 'approval' || !seen) return
    if (outcome === 'granted') this.#granted.add(id)
    if (['granted', 'denied', 'edited'].includes(outcome)) seen.count.answered += 1
    if (outcome === 'edited') seen.count.editedByPeople += 1
    if (outcome === 'denied') seen.count.deniedByPeople += 1
  }

  #dispatch({ action, effect, tool, approval }: EffectDispatched): void {
    const seen = this.#seen.get(action)
    if (!seen) {
      this.bypassed = true
      return
    }
    if (seen.effects.has(effect)) seen.count.resent += 1
    else seen.count.effects += 1
    this.#byEffect.set(effect, seen)
    seen.effects.set(effect, 'open')
    const decision = seen.judged?.decision
    const isSigned = approval !== undefined && this.#granted.has(approval)
    if (decision !== 'allow' && !(decision === 'ask' && isSigned)) this.bypassed = true
    if (this.#page?.tools[tool]?.requireCitation && !this.#hasReadDocument) this.uncited = true
  }
}

const isUnsettled = (status: string): boolean => status === 'open' || status === 'unknown' || status === 'dispatched'

const emptyCount = (): Count => ({
  proposals: 0,
  invalid: 0,
  denied: {},
  asked: 0,
  answered: 0,
  editedByPeople: 0,
  deniedByPeople: 0,
  citing: 0,
  miscited: 0,
  effects: 0,
  unknown: 0,
  resent: 0,
  answers: 0,
  rejected: 0,
  told: 0,
  ofEnded: 0,
})
