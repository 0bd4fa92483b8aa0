/** Whoever starts runs and whoever answers for them: what is asked of people, when they act, and what they still owe. */
import type { House } from '../../src/commands/house.ts'
import { openHouse } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import { outside } from './engine-life.ts'
import type { Fact } from './facts.ts'
import { agentName } from './pages.ts'
import { People } from './people.ts'
import type { Deed, RunPlanned } from './plan.ts'
import { Process } from './process.ts'
import type { World } from './world.ts'

const againAfterMs = 70
const firstMs = 12

export class Society {
  /** Runs by the name in the plan, once their start was acknowledged. */
  readonly started = new Map<string, string>()
  readonly people: People
  #world: World
  #due = new Set<RunPlanned>()
  #house: { process: Process; opening: Promise<House> } | undefined
  #lives = 0
  /** What is to come or under way; what died with its process is neither. */
  #pending = new Set<symbol>()
  #grant: string | undefined
  #questions = 0
  #handoffs = 0
  /** Ticks that came after a read. */
  #ticks = 0
  #readsSeen = 0

  constructor(world: World) {
    this.#world = world
    const { witness, vendor } = world
    this.people = new People({ house: () => this.#open(), witness, vendor })
  }

  get isBusy(): boolean {
    return this.#pending.size > 0 || this.started.size < this.#world.plan.runs.length
  }

  begin(): void {
    const { plan } = this.#world
    if (plan.runs.some(({ sharesGrant }) => sharesGrant)) this.#until(() => this.#issueGrant())
    for (const run of plan.runs)
      this.#later(run.atMs, () => {
        this.#due.add(run)
        this.opened()
      })
    for (const deed of plan.deeds)
      if ('atMs' in deed) this.#later(deed.atMs, () => this.#world.isCalm || this.#do(deed))
  }

  /** A runtime is there: starts that nobody has answered are made again, under the same key. */
  opened(): void {
    for (const run of this.#due) this.#start(run)
  }

  /**
   * The engine is about to begin a batch. Where it has just read what it judges by, whoever acts now is given the time to be
   * first; for how long, milliseconds.
   */
  ticked(): number {
    const { plan, isCalm, scheduler, network } = this.#world
    if (network.readsAnswered === this.#readsSeen) return 0
    this.#readsSeen = network.readsAnswered
    this.#ticks += 1
    const due = isCalm ? [] : plan.deeds.filter((deed) => 'atTick' in deed && deed.atTick === this.#ticks)
    for (const deed of due) scheduler.after(0, outside, () => this.#do(deed))
    return due.length > 0 ? firstMs : 0
  }

  /** An effect is on the wire for the first time. */
  sent(effect: number): void {
    for (const deed of this.#world.plan.deeds)
      if ('atEffect' in deed && deed.atEffect === effect)
        this.#later(deed.afterMs, () => this.#world.isCalm || this.#do(deed))
  }

  /** The process of the people is lost, with everything that they were waiting for. */
  end(): void {
    this.#house?.process.die()
    this.#house = undefined
    this.#pending.clear()
  }

  calm(): void {
    const inForce = this.#world.witness.facts.stops.filter(({ until }) => until === Number.POSITIVE_INFINITY)
    for (const { what } of inForce) this.#act(() => this.people.lift(what))
  }

  heard(fresh: readonly Fact[]): void {
    for (const fact of fresh) {
      if (fact.type === 'approval.requested') this.#asked(fact)
      if (fact.type === 'effect.given_up') this.#givenUp(String(fact.body.effect))
      if (fact.type === 'handoff.assigned') this.#handedOver(String(fact.body.handoff))
    }
  }

  #asked(fact: Fact): void {
    const { answers } = this.#world.plan
    const answer = answers[this.#questions % Math.max(1, answers.length)]
    this.#questions += 1
    if (!answer || answer.answer === 'silence') return
    this.#later(answer.afterMs, () => this.#act(() => this.people.answer(fact, answer)))
  }

  #givenUp(id: string): void {
    const { plan, scheduler, witness } = this.#world
    const effect = witness.facts.effects.get(id)
    if (plan.settlesAfterMs === undefined || !effect || effect.status !== 'unknown') return
    // Nobody says what became of it before everything that was sent has had its time.
    const settled = Math.max(0, effect.settlesBy - scheduler.now)
    this.#later(settled + plan.settlesAfterMs, () => this.#act(() => this.people.settle(effect)))
  }

  #handedOver(handoff: string): void {
    this.#handoffs += 1
    // Once: what the run lacks may be more than they can give it.
    const isReturned = this.#handoffs === 1 && this.#world.plan.answers.length % 2 === 0
    this.#later(60, () => this.#act(() => this.people.work(handoff, isReturned)))
  }

  #start(run: RunPlanned): void {
    const { engine, witness } = this.#world
    const { runtime } = engine
    if (!runtime || this.started.has(run.name) || (run.sharesGrant && this.#grant === undefined)) return
    const { process } = engine
    const wanted = {
      input: { run: run.name },
      key: run.name,
      ...(run.orders && { subjects: { order: [...run.orders] } }),
      ...(run.sharesGrant && { grant: this.#grant }),
    }
    this.#due.delete(run)
    runtime.start(agentName, wanted).then(
      ({ id }) => {
        const before = this.started.get(run.name)
        if (before !== undefined && before !== id) witness.fail('duplicate_effects', `key ${run.name} started two runs`)
        this.started.set(run.name, id)
        witness.acknowledge('a start', witness.lastOf(`run/${id}`, 'run.started'))
      },
      (error) => {
        this.#world.trace.note(`${this.#world.now} start refused: ${error}`)
        if (isCharterError(error) && error.code === 'grant_invalid') return void this.started.set(run.name, '')
        if (!process.isDead) this.#later(againAfterMs, () => this.#retry(run))
      },
    )
    // Whoever got no answer asks again.
    this.#later(400, () => this.#retry(run))
  }

  #retry(run: RunPlanned): void {
    if (this.started.has(run.name)) return
    this.#due.add(run)
    this.opened()
    if (!this.#world.engine.isUp) this.#later(againAfterMs, () => this.#retry(run))
  }

  #do(deed: Deed): void {
    const { people } = this
    const { engine, scheduler } = this.#world
    switch (deed.deed) {
      case 'stop':
        this.#act(() => people.stop(deed))
        scheduler.after(deed.forMs, outside, () => this.#act(() => people.lift(deed)))
        return
      case 'revoke': {
        const run = this.#world.witness.facts.runs.get(this.started.get(deed.run) ?? '')
        if (run) this.#act(() => people.revoke(run.grant))
        return
      }
      case 'revoke_shared': {
        const grant = this.#grant
        if (grant !== undefined) this.#act(() => people.revoke(grant))
        return
      }
      case 'apply':
        this.#act(() => people.apply(deed.page))
        return
      case 'look':
        this.#act(() => people.look())
        return
      case 'restart':
        void engine.restart()
        return
      case 'second_engine':
        this.#act(() => this.#tryToEnter())
    }
  }

  /** Another engine on the same file, while the first has its place. */
  async #tryToEnter(): Promise<void> {
    const { engine, witness } = this.#world
    const { ledger } = await this.#open()
    const first = engine.process
    if (!engine.isUp) return
    const place = await ledger.leases.enter('eng_second')
    if (!first.isDead && engine.isUp) witness.fail('second_engine', 'two engines have the place on one file')
    await place.leave()
  }

  async #issueGrant(): Promise<void> {
    this.#grant = await this.people.issueGrant()
    this.opened()
  }

  #later(ms: number, what: () => void): void {
    const name = Symbol('later')
    this.#pending.add(name)
    this.#world.scheduler.after(ms, outside, () => {
      this.#pending.delete(name)
      what()
    })
  }

  /** In the background; what people are refused is their own affair. */
  #act(deed: () => Promise<unknown>): void {
    const name = Symbol('act')
    this.#pending.add(name)
    deed().then(
      () => this.#pending.delete(name),
      (error) => {
        this.#pending.delete(name)
        this.#world.trace.note(`${this.#world.now} refused: ${error}`)
        if (!isCharterError(error)) this.#world.witness.fail('hung', `people met ${error?.stack ?? error}`)
      },
    )
  }

  /** Again until it is done: nothing else can go on without it. */
  #until(deed: () => Promise<unknown>): void {
    const again = () => this.#later(againAfterMs, () => this.#grant === undefined && this.#until(deed))
    this.#act(() => deed().catch(() => again()))
    this.#later(600, () => this.#grant === undefined && this.#until(deed))
  }

  #open(): Promise<House> {
    if (this.#house && !this.#house.process.isDead) return this.#house.opening
    const { scheduler, random, trace, machine, engine } = this.#world
    this.#lives += 1
    const name = `people${this.#lives}`
    const onDeath = () => machine.release(process)
    const process: Process = new Process({ name, scheduler, random: random.fork(name), trace, onDeath })
    const opening = openHouse(engine.options(process, machine))
    this.#house = { process, opening }
    opening.catch(() => process.die())
    return opening
  }
}
