/** A recorded run, looked up by what its events are about: turns by number, actions by name, reads by what was read. */
import { canonicalJson } from '../../canonical-json.ts'
import type { Json, JsonObject } from '../../json.ts'
import { isPayloadRef, type LedgerEvent, type PayloadRef } from '../../ledger/event.ts'
import { refOf } from '../../runs/conversation.ts'
import type { ActionProposed } from '../../runs/events.ts'
import type { Gathered } from '../../runs/gathered.ts'
import type { DecisionBasis } from '../../runs/judge-action.ts'
import { foldRun } from '../../runs/load-run.ts'
import type { Said } from '../../runs/run.ts'
import { NotKept } from '../ending.ts'
import { basisIn, refusedReadIn } from '../recorded-grounds.ts'
import type { Recording } from '../recording.ts'

/** What the model had been told, and what it had said, before it was asked once more. */
export interface Told {
  readonly by: Said['by']
  readonly content: Json
}

export class Past {
  readonly recording: Recording
  readonly #proposed: ReadonlyMap<string, ActionProposed>

  constructor(recording: Recording) {
    this.recording = recording
    const proposals = this.of('action.proposed').map(({ body }) => body as object as ActionProposed)
    this.#proposed = new Map(proposals.map((proposal) => [proposal.action, proposal]))
  }

  get stream(): string {
    return `run/${this.recording.run}`
  }

  of(type: string): readonly LedgerEvent[] {
    return this.recording.events.filter((event) => event.type === type)
  }

  /** How the model answered in a turn, or failed to for good. */
  answerOf(turn: number): LedgerEvent | undefined {
    return this.recording.events.find(
      ({ type, body }) => (type === 'turn.answered' || type === 'turn.failed') && body.turn === turn,
    )
  }

  toldBefore(turn: number): readonly Told[] | undefined {
    const place = this.recording.events.findIndex(({ type, body }) => type === 'turn.started' && body.turn === turn)
    if (place < 0) return undefined
    const { said } = foldRun(this.recording.run, this.recording.events.slice(0, place))
    return said.map((entry) => ({ by: entry.by, content: this.content(refOf(entry)) }))
  }

  /** What the n-th judgement of an action was made from, or the last before it. */
  basisOf(action: string, n: number): DecisionBasis | undefined {
    const judged = this.of('action.judged').filter(({ body }) => body.action === action)
    return judged
      .slice(0, n + 1)
      .map((event) => basisIn(this, event))
      .findLast((basis) => basis !== undefined)
  }

  /** What was gathered for a tool and these arguments, for an action or for a read that facts were refused. */
  gatheredFor(tool: string, input: Json): Gathered | undefined {
    for (const event of this.of('action.judged')) {
      const refused = refusedReadIn(this, event)
      const gathered = refused?.tool === tool ? refused.gathered : basisIn(this, event)?.gathered
      const isOfTool = refused?.tool === tool || this.#proposed.get(String(event.body.action))?.tool === tool
      if (gathered && isOfTool && isAlike(gathered.input, input)) return gathered
    }
    return undefined
  }

  /** A judgement of these arguments for which nothing could be gathered: a read was refused, or something failed. */
  ungathered(tool: string, input: Json): LedgerEvent | undefined {
    return this.of('action.judged').find((event) => {
      const proposal = this.#proposed.get(String(event.body.action))
      const isOther = proposal?.tool !== tool || basisIn(this, event) !== undefined
      return !isOther && isAlike(this.inputOf(proposal) ?? null, input)
    })
  }

  /** What the n-th call of a read with these arguments answered. */
  readOf(tool: string, input: Json, n: number): LedgerEvent | undefined {
    const answers = this.of('action.returned').filter(({ body }) => {
      const proposal = body.called === true ? this.#proposed.get(String(body.action)) : undefined
      return proposal?.tool === tool && isAlike(this.inputOf(proposal) ?? null, input)
    })
    return answers[Math.min(n, answers.length - 1)]
  }

  /** What became of the attempts of an effect, in their order. */
  outcomesOf(effect: string): readonly LedgerEvent[] {
    const types = ['effect.committed', 'effect.not_committed', 'effect.unknown']
    return this.recording.events.filter(({ type, body }) => types.includes(type) && body.effect === effect)
  }

  /** How people answered what they were asked about an action. */
  answersTo(action: string): readonly (readonly LedgerEvent[])[] {
    const asked = this.of('run.waiting').filter(({ body }) => body.awaits === 'approval' && body.action === action)
    return asked.map(({ body }) => this.recording.beside.get(`approval/${body.id}`) ?? [])
  }

  content(ref: PayloadRef): Json {
    const content = this.recording.content(this.stream, ref.n)
    if (content === undefined) throw new NotKept(this.stream, ref)
    return content
  }

  contentOf(event: LedgerEvent, key: string): Json | undefined {
    const ref = event.body[key]
    return isPayloadRef(ref) ? this.content(ref) : undefined
  }

  inputOf({ arguments: ref }: ActionProposed): JsonObject | undefined {
    const proposal = this.content(ref) as { readonly input?: JsonObject } | null
    return proposal?.input
  }

  proposed(action: string): ActionProposed | undefined {
    return this.#proposed.get(action)
  }
}

const isAlike = (one: Json, other: Json): boolean => canonicalJson(one) === canonicalJson(other)
