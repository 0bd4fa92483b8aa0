/**
 * What must hold of a world at every step: read from the vendor's own log, from what people and starters were told, and
 * from the events in the order in which they were committed.
 */
import { canonicalJson } from '../../src/canonical-json.ts'
import type { Json } from '../../src/json.ts'
import { type Dispatch, type EffectFact, type Fact, Facts } from './facts.ts'
import { type Bounds, limitPerCustomer, pageBounds, pageNamed } from './pages.ts'
import type { Commit, Message, Vendor } from './vendor.ts'

/** What is counted of a bench, and what a failing seed is known by. */
export type Rule =
  | 'lost_acknowledged'
  | 'duplicate_effects'
  | 'overspent'
  | 'after_stop'
  | 'beyond_authority'
  | 'without_dispatch'
  | 'wrong_outcome'
  | 'subject_shared'
  | 'hung'
  | 'replay_different'
  | 'rebuild_different'
  | 'second_engine'

export interface Violation {
  readonly rule: Rule
  readonly said: string
}

/** The shared grant of a world, and what it bounds. */
export interface GrantBounds {
  readonly grant: string
  readonly uses: number
  readonly refundMinor: number
}

export class Witness {
  facts = new Facts()
  violation: Violation | undefined
  sharedGrant: GrantBounds | undefined
  #vendor: Vendor
  #acknowledged = new Map<string, { hash: string; what: string }>()
  #sent = new Set<string>()
  #arrived = new Set<string>()
  /** What people said yes to. */
  #agreed = new Set<string>()
  /** By attempt, the process that was told that it was done. */
  #answered = new Map<string, string>()
  /** Positions of stops that were called quiet, and what they cover. */
  #quiet: { position: number; scope: string; value: string }[] = []

  constructor(vendor: Vendor) {
    this.#vendor = vendor
  }

  fail(rule: Rule, said: string): void {
    this.violation ??= { rule, said }
  }

  /** Somebody outside was told of it: from now on it must never be gone. */
  acknowledge(what: string, fact: Pick<Fact, 'stream' | 'seq' | 'hash'> | undefined): void {
    if (fact) this.#acknowledged.set(`${fact.stream} ${fact.seq}`, { hash: fact.hash, what })
    else this.fail('lost_acknowledged', `${what} was said to be there and is not`)
  }

  lastOf(stream: string, type?: string): Fact | undefined {
    return this.facts.all.findLast((fact) => fact.stream === stream && (type === undefined || fact.type === type))
  }

  agree(run: string, tool: string, input: Json): void {
    this.#agreed.add(agreement(run, tool, input))
  }

  quieten(position: number, scope: string, value: string): void {
    this.#quiet.push({ position, scope, value })
  }

  /** The ledger as it stands after a power cut. */
  reread(facts: Facts): void {
    this.facts = facts
    this.checkAcknowledged()
  }

  checkAcknowledged(): void {
    const there = new Map(this.facts.all.map(({ stream, seq, hash }) => [`${stream} ${seq}`, hash]))
    for (const [place, { hash, what }] of this.#acknowledged)
      if (there.get(place) !== hash) this.fail('lost_acknowledged', `${what} (${place}) is gone`)
  }

  /** Events that were just committed. */
  committed(fresh: readonly Fact[]): void {
    for (const fact of fresh) {
      if (fact.type === 'run.started') this.#checkStart(fact)
      if (fact.type === 'effect.dispatched') this.#checkDispatch(fact)
      if (fact.type === 'action.returned') this.#checkTold(fact)
      if (fact.type === 'effect.committed' || fact.type === 'effect.not_committed') this.#checkOutcome(fact)
    }
  }

  /** A process has put it on the wire. */
  sent(message: Message): void {
    const name = `${message.key}#${message.attempt}`
    if (this.#sent.has(name)) this.fail('without_dispatch', `${message.tool} ${name} was sent twice`)
    this.#sent.add(name)
  }

  arrived(message: Message): void {
    const name = `${message.key}#${message.attempt}`
    const dispatch = this.facts.dispatches.get(name)
    if (!dispatch) {
      this.fail('without_dispatch', `${message.tool} arrived, and the ledger knows nothing of ${message.key}`)
      return
    }
    this.acknowledge(`the dispatch of ${message.tool}`, dispatch.fact)
    this.#checkStops(message, dispatch)
    this.#checkAuthority(message, dispatch)
    // A double of what was answered is nobody's attempt.
    if (!this.#arrived.has(name)) this.#checkQuiet(message, 'arrived')
    this.#arrived.add(name)
  }

  answered(attempt: string, process: string): void {
    this.#answered.set(attempt, process)
  }

  /** What a process that lived on was told stands in the ledger, however late it was told. */
  checkAnswers(process: string): void {
    for (const [attempt, heardBy] of this.#answered) {
      const { effect = '', tool } = this.facts.dispatches.get(attempt) ?? {}
      if (heardBy === process && this.facts.effects.get(effect)?.status !== 'committed')
        this.fail('wrong_outcome', `the vendor said that ${tool} was done, and the ledger does not`)
    }
  }

  /** The vendor has done it. */
  done(commit: Commit): void {
    const { commits } = this.#vendor
    const same = commits.filter(({ key }) => key === commit.key)
    if (same.length > 1) this.fail('duplicate_effects', `${commit.tool} was done twice under one key`)
    const runOf = ({ key, attempt }: Message) => this.facts.dispatches.get(`${key}#${attempt}`)?.run
    const run = runOf(commit)
    const input = canonicalJson(commit.input)
    const proposedAgain = commits.filter((each) => each.tool === commit.tool && canonicalJson(each.input) === input)
    if (commit.tool !== 'quote' && proposedAgain.filter((each) => runOf(each) === run).length > 1)
      this.fail('duplicate_effects', `${commit.tool} ${input} was done twice in one run`)
    const credits = commits.filter(({ tool, order }) => tool === 'credit' && order === commit.order)
    if (commit.tool === 'credit' && credits.length > 1)
      this.fail('duplicate_effects', `order ${commit.order} was credited twice`)
    const effect = this.facts.effects.get(this.facts.dispatches.get(`${commit.key}#${commit.attempt}`)?.effect ?? '')
    if (effect?.outcomes.get(commit.attempt) === 'not_committed')
      this.fail('wrong_outcome', `${commit.tool} is called not committed, and then the vendor did it`)
    this.#checkQuiet(commit, 'was done')
    this.#checkLimits(commit)
  }

  /** What was sent before a stop neither arrives nor does anything after that stop was called quiet. */
  #checkQuiet({ key, attempt, tool }: Message, what: string): void {
    const dispatched = this.facts.dispatches.get(`${key}#${attempt}`)?.fact.position ?? 0
    for (const { position, scope, value } of this.#quiet)
      if (covers({ scope, value }, tool) && dispatched < position)
        this.fail('after_stop', `${tool} ${what} after its stop was called quiet`)
  }

  #checkLimits({ tool, customer }: Commit): void {
    const moved = sumOf(this.#vendor.commits.filter((each) => each.tool === tool && each.customer === customer))
    if (moved > limitPerCustomer) this.fail('overspent', `${tool} moved ${moved} for ${customer}`)
    const shared = this.sharedGrant
    if (!shared) return
    const under = this.#vendor.commits.filter((each) => {
      const run = this.facts.dispatches.get(`${each.key}#${each.attempt}`)?.run ?? ''
      return this.#grantsOf(run).includes(shared.grant)
    })
    if (under.length > shared.uses)
      this.fail('overspent', `a grant of ${shared.uses} uses was used ${under.length} times`)
    const refunded = sumOf(under.filter((each) => each.tool === 'refund'))
    if (refunded > shared.refundMinor) this.fail('overspent', `a grant of ${shared.refundMinor} refunded ${refunded}`)
  }

  #checkStops(message: Message, { fact }: Dispatch): void {
    for (const stop of this.facts.inForceAt(this.facts.stops, fact.position)) {
      if (!covers(stop, message.tool)) continue
      if (stop.level !== 'draft') this.fail('after_stop', `${message.tool} was dispatched under a stop (${stop.level})`)
      // Under a draft every write asks; a read that sends data out is none.
      else if (message.tool !== 'quote' && !this.#isAgreed(message))
        this.fail('after_stop', `${message.tool} was sent unasked under a stop (draft)`)
    }
  }

  #checkAuthority(message: Message, { fact, run, approval }: Dispatch): void {
    for (const grant of this.#grantsOf(run)) {
      const revoked = this.facts.revoked.get(grant) ?? Number.POSITIVE_INFINITY
      if (revoked < fact.position) this.fail('beyond_authority', `${message.tool} was dispatched under a revoked grant`)
    }
    for (const bounds of this.#boundsAt(run, fact.position)) {
      if (!bounds.tools.has(message.tool)) this.fail('beyond_authority', `${message.tool} is not on the page`)
      if (message.amountMinor > bounds.most) this.fail('beyond_authority', `${message.tool} moved too much`)
      const isAsked = message.amountMinor > bounds.approvalOver
      if (isAsked && (approval === undefined || !this.#isAgreed(message)))
        this.fail('beyond_authority', `nobody agreed to ${message.tool} of ${message.amountMinor}`)
    }
  }

  #boundsAt(run: string, position: number): readonly Bounds[] {
    const hashes = [this.facts.runs.get(run)?.charter ?? '', ...this.facts.inForceAt(this.facts.pages, position)]
    return hashes.flatMap((hash) => {
      const name = pageNamed(hash)
      return name === undefined ? [] : [pageBounds[name]]
    })
  }

  #isAgreed({ key, attempt, tool, input }: Message): boolean {
    const run = this.facts.dispatches.get(`${key}#${attempt}`)?.run ?? ''
    return this.#agreed.has(agreement(run, tool, input))
  }

  #grantsOf(run: string): readonly string[] {
    const grants: string[] = []
    for (let grant = this.facts.runs.get(run)?.grant; grant !== undefined; grant = this.facts.parents.get(grant))
      grants.push(grant)
    return grants
  }

  #checkStart({ body, stream }: Fact): void {
    const same = (fact: Fact) => fact.type === 'run.started' && fact.body.start_key === body.start_key
    if (this.facts.all.some((fact) => same(fact) && fact.stream !== stream))
      this.fail('duplicate_effects', `key ${body.start_key} has started two runs`)
  }

  /** What the ledger knows to be done is told as done. */
  #checkTold({ body, stream, position }: Fact): void {
    const effect = this.facts.effects.get(`${stream.slice('run/'.length)}:${body.action}`)
    if (wasDone(effect, position) && body.outcome !== 'result')
      this.fail('wrong_outcome', `${effect?.tool} is known to be done, and is told as ${body.outcome} ${body.code}`)
  }

  #checkDispatch({ body, stream, position }: Fact): void {
    if (wasDone(this.facts.effects.get(String(body.effect)), position))
      this.fail('duplicate_effects', `${body.tool} was sent again, and was known to be done`)
    const isProposal = (fact: Fact) =>
      fact.type === 'action.proposed' && fact.stream === stream && fact.body.action === body.action
    if (this.facts.all.findLast(isProposal)?.body.dry_run === true)
      this.fail('beyond_authority', `a preview of ${body.tool} was dispatched`)

    for (const other of this.facts.effects.values()) {
      const isOpen = other.status === 'dispatched' || other.status === 'unknown'
      if (isOpen && other.effect !== body.effect && other.subject === body.subject)
        this.fail('subject_shared', `${body.tool} and ${other.tool} were under way on one subject`)
    }
  }

  #checkOutcome({ type, body }: Fact): void {
    const effect = this.facts.effects.get(String(body.effect))
    if (!effect) return
    const isOpen = [...effect.outcomes].some(
      ([attempt, outcome]) => attempt <= Number(body.attempt) && outcome === 'unknown',
    )
    if (body.status === 'not_committed' && isOpen)
      this.fail('wrong_outcome', `${effect.tool} is called not committed, and nobody knows of an attempt`)
    const done = this.#vendor.commits.filter(({ key }) => key === effect.key)
    if (type === 'effect.committed' && done.length === 0)
      this.fail('wrong_outcome', `${effect.tool} is called committed, and the vendor knows nothing of it`)
    const notCommitted = done.filter(({ attempt }) => effect.outcomes.get(attempt) === 'not_committed')
    if (type === 'effect.not_committed' && notCommitted.length > 0)
      this.fail('wrong_outcome', `${effect.tool} is called not committed, and the vendor has done it`)
  }
}

const wasDone = (effect: EffectFact | undefined, position: number): boolean =>
  effect?.doneAt !== undefined && effect.doneAt < position

const sumOf = (commits: readonly Commit[]): number => commits.reduce((sum, { amountMinor }) => sum + amountMinor, 0)

const agreement = (run: string, tool: string, input: Json): string => `${run} ${tool} ${canonicalJson(input)}`

const highRisk = new Set(['refund', 'credit', 'transfer', 'message'])

function covers({ scope, value }: { scope: string; value: string }, tool: string): boolean {
  if (scope === 'tool') return value === tool
  if (scope === 'risk') return (value === 'high') === highRisk.has(tool)
  return true
}
