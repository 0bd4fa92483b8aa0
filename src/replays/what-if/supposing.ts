/** A supposed run in hand: what it may be told from the past, and what had to be assumed for that. */
import { canonicalJson } from '../../canonical-json.ts'
import type { Json } from '../../json.ts'
import { isPayloadRef, type LedgerEvent } from '../../ledger/event.ts'
import type { ModelAnswer } from '../../models/model-request.ts'
import { refOf } from '../../runs/conversation.ts'
import type { Journal } from '../../runs/journal.ts'
import { unfinished } from '../../runs/next-step.ts'
import type { Action } from '../../runs/run.ts'
import type { AskModel, Calls } from '../../runs/world.ts'
import type { CallOutcome } from '../../tools/call-tool.ts'
import type { Tool } from '../../tools/tool.ts'
import { effectOutcomeIn, modelFailureIn, readOutcomeIn, verifyOutcomeIn } from '../recorded-outcomes.ts'
import type { Past } from './past.ts'
import type { Held } from './supposed-ledger.ts'
import { type Beyond, IsBeyond, type Supposition } from './supposition.ts'

export class Supposing {
  readonly past: Past
  readonly supposition: Supposition
  readonly assumptions = new Set<string>()
  /** By stream and number. */
  readonly contents = new Map<string, Json>()
  /** Milliseconds since 1970, as far as the record says. */
  time: number
  ended: Beyond | undefined
  #journal: Journal | undefined
  #letGo = new AbortController()
  readonly #calls = new Map<string, number>()

  constructor(past: Past, supposition: Supposition) {
    this.past = past
    this.supposition = supposition
    this.time = past.recording.events[0]?.at ?? 0
  }

  takeUp(journal: Journal): AbortSignal {
    this.#journal = journal
    this.#letGo = new AbortController()
    return this.#letGo.signal
  }

  /** The engine is to let go: it must not take this for a failure of what it called. */
  leave(beyond: Beyond): IsBeyond {
    this.ended ??= beyond
    this.#letGo.abort('nothing is known')
    return new IsBeyond(beyond)
  }

  contentOf(stream: string, n: number): Json | undefined {
    return this.contents.get(`${stream} ${n}`) ?? this.past.recording.content(stream, n)
  }

  /** Of the action that is about to be judged or sent. */
  held(charter: string): Held {
    const action = this.#actionInHand()
    const basis = action && this.past.basisOf(action.proposed.action, action.judged ? 1 : 0)
    const live = (basis ?? this.past.basisOf(this.#anyJudged(), 0))?.live
    const { stops = [], grants = [], moved = {} } = live ?? {}
    const sums = new Map(Object.entries(moved))
    return { stops, grants, charter, moved: (name) => (basis ? sums.get(name) : undefined) }
  }

  get breakerOpen(): boolean {
    const action = this.#actionInHand()
    return (action && this.past.basisOf(action.proposed.action, 0)?.live.breakerOpen) ?? false
  }

  readonly model: AskModel = async (request, within) => {
    const run = this.#journal?.run
    const turn = run?.turn?.started.turn ?? 0
    const then = this.past.toldBefore(turn)
    const now = (run?.said ?? []).map((entry) => ({
      by: entry.by,
      content: this.contentOf(this.past.stream, refOf(entry).n) ?? null,
    }))
    const isSame = then !== undefined && canonicalJson(asJson(then)) === canonicalJson(asJson(now))
    const answer = this.past.answerOf(turn)
    if (isSame && answer) return this.#answerThen(answer)
    if (this.supposition.ask) return this.supposition.ask(request, within)
    throw this.leave({ why: then ? 'told_otherwise' : 'not_asked_then', turn })
  }

  #answerThen(said: LedgerEvent): ModelAnswer {
    this.time = Math.max(this.time, said.at)
    if (said.type === 'turn.failed') throw modelFailureIn(this.past, said)
    return this.past.contentOf(said, 'answer') as object as ModelAnswer
  }

  get calls(): Calls {
    return {
      call: async (tool, input, { key, attempt }) =>
        tool.kind === 'read' && !tool.egress ? this.#read(tool, input) : this.#send(tool, input, key, attempt),
      verify: async (_, _input, { key }) => {
        const said = this.#outcomes(key).find(({ body }) => body.by === 'verify')
        return verifyOutcomeIn(this.past, said)
      },
    }
  }

  #read(tool: Tool, input: Json): CallOutcome {
    const name = `${tool.name} ${canonicalJson(input)}`
    const n = this.#calls.get(name) ?? 0
    this.#calls.set(name, n + 1)
    const returned = this.past.readOf(tool.name, input, n)
    if (!returned) throw this.leave({ why: 'not_called_then', tool: tool.name })
    this.time = Math.max(this.time, returned.at)
    return readOutcomeIn(this.past, returned)
  }

  /** From the ledger where it was sent then, and else from its preview. Nothing is sent. */
  #send(tool: Tool, input: Json, key: string, attempt: number): CallOutcome {
    const outcomes = this.#outcomes(key)
    const outcome = outcomes.find(({ body }) => body.attempt === attempt) ?? outcomes.at(-1)
    if (outcome) {
      this.time = Math.max(this.time, outcome.at)
      const said = effectOutcomeIn(this.past, outcome)
      return said ?? { ended: 'unknown', why: 'aborted', message: 'its process went away with the answer' }
    }
    const preview = this.past.gatheredFor(tool.name, input)?.preview?.fields
    if (!preview) throw this.leave({ why: 'not_called_then', tool: tool.name })
    this.assumptions.add(`\`${tool.name}\` was not sent then: its preview stands in for the answer`)
    return { ended: 'returned', output: preview, bytes: 0 }
  }

  #outcomes(key: string): readonly LedgerEvent[] {
    const sent = this.past.of('effect.dispatched').find(({ body }) => body.key === key)
    return sent ? this.past.outcomesOf(String(sent.body.effect)) : []
  }

  #actionInHand(): Action | undefined {
    const open = this.#journal ? unfinished(this.#journal.run) : []
    const [first] = open
    if (first?.proposed.kind === 'write') return first
    return open.find(({ judged, isStale }) => !judged || isStale) ?? first
  }

  #anyJudged(): string {
    return String(this.past.of('action.judged').find(({ body }) => isPayloadRef(body.judged))?.body.action ?? '')
  }
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
