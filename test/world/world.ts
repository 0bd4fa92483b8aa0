/**
 * A world that plays a plan: the real engine on the real ledger, a vendor, people, and everything that goes wrong between
 * them, on one scheduler. Nothing in it is looked up from the machine that it runs on, so a seed says all of it.
 */
import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { EngineLife, outside } from './engine-life.ts'
import { Facts } from './facts.ts'
import { FaultBox } from './fault-box.ts'
import { ledgerFile } from './files.ts'
import { honouredMs, type Kit, worldBegins } from './kit.ts'
import { Machine } from './machine.ts'
import type { Bill } from './model.ts'
import { Network } from './network.ts'
import type { Plan } from './plan.ts'
import type { Process } from './process.ts'
import { type Random, seededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { Society } from './society.ts'
import { Tally } from './tally.ts'
import { Trace } from './trace.ts'
import { Vendor } from './vendor.ts'
import { Witness } from './witness.ts'

/** The vendor keeps its word and a little more: what was sent within the time may arrive after it. */
const vendorKeepsKeysMs = honouredMs + 700
const settlesWithinMs = 200

export interface WorldParts {
  readonly plan: Plan
  readonly kit: Kit
  readonly template: string
  /** For people to read. */
  readonly keepsLines: boolean
}

export class World {
  readonly plan: Plan
  readonly kit: Kit
  readonly random: Random
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly vendor: Vendor
  readonly witness: Witness
  readonly tally = new Tally()
  readonly bill: Bill = { calls: 0, microUsd: 0 }
  readonly machine: Machine
  readonly network: Network
  readonly engine: EngineLife
  readonly faults: FaultBox
  readonly society: Society
  readonly complaints = new Map<string, number>()
  /** Nothing goes wrong any more. */
  isCalm = false

  constructor({ plan, kit, template, keepsLines }: WorldParts) {
    this.plan = plan
    this.kit = kit
    this.random = seededRandom(`world ${plan.seed}`)
    this.trace = new Trace(keepsLines)
    this.scheduler = new Scheduler(this.random.fork('order'), worldBegins)
    this.vendor = this.#vendorOf()
    this.witness = new Witness(this.vendor)
    this.machine = new Machine({
      folder: path.join(kit.folder, 'world'),
      template,
      nextCommit: () => this.faults.nextCommit(),
      committed: (process) => this.#committed(process),
      isFull: () => this.faults.isFull,
    })
    this.network = this.#networkOf()
    this.engine = new EngineLife({
      ...this,
      random: this.random.fork('engine'),
      isCalm: () => this.isCalm,
      began: () => this.faults.lifeBegan(),
      opened: () => this.society.opened(),
      complained: (error) => this.#complained(error),
      onTick: () => this.society.ticked(),
    })
    this.faults = new FaultBox(this)
    this.society = new Society(this)
    this.witness.reread(this.#factsOnDisk())
  }

  get now(): string {
    return (this.scheduler.now - worldBegins).toFixed(3)
  }

  begin(): void {
    this.engine.open()
    this.faults.begin()
    this.society.begin()
  }

  kill(downMs: number): void {
    this.tally.crashed(this.witness.facts)
    this.engine.kill(downMs)
  }

  /** Everybody on the machine dies, and what was not synced is gone but for a part. */
  cutPower(downMs: number, kept: number): void {
    this.tally.crashed(this.witness.facts)
    this.society.end()
    // The files are copied before they are closed, because a close would write.
    this.engine.process.isDead = true
    this.machine.cutPower(kept)
    this.engine.kill(downMs)
    const before = this.witness.facts.all
    const facts = this.#factsOnDisk()
    for (const [index, fact] of facts.all.entries())
      if (before[index]?.hash !== fact.hash) this.witness.fail('lost_acknowledged', 'what is left is no prefix')
    this.witness.reread(facts)
    this.tally.reread(facts)
  }

  calm(): void {
    if (this.isCalm) return
    this.isCalm = true
    this.trace.note(`${this.now} calm`)
    this.faults.calm()
    this.society.calm()
  }

  /** Lets so much time go by of which the engine knows nothing. */
  sleep(ms: number): void {
    this.engine.process.frozenUntil = this.scheduler.now + ms
    this.scheduler.after(ms, outside, () => {})
  }

  shutDown(): void {
    this.engine.process.isDead = true
    this.society.end()
    this.machine.shutDown()
  }

  #committed({ name }: Process): void {
    const fresh = this.witness.facts.read(this.#onlooker)
    for (const { type, stream, hash } of fresh) this.trace.note(`${this.now} ${name} ${stream} ${type} ${hash}`)
    this.tally.note(fresh)
    this.witness.committed(fresh)
    this.society.heard(fresh)
  }

  #complained(error: unknown): void {
    const said =
      error instanceof Error ? `${'code' in error ? error.code : error.name}: ${error.message}` : String(error)
    this.trace.note(`${this.now} complaint ${said}`)
    const kind = said.replaceAll(/`[^`]*`/g, '…').replaceAll(/\d+/g, 'N')
    this.complaints.set(kind, (this.complaints.get(kind) ?? 0) + 1)
  }

  #factsOnDisk(): Facts {
    const facts = new Facts()
    facts.read(this.#onlooker)
    return facts
  }

  get #onlooker(): DatabaseSync {
    return this.machine.onlooker(this.machine.fileOf(ledgerFile))
  }

  #vendorOf(): Vendor {
    return new Vendor({
      honouredMs: vendorKeepsKeysMs,
      now: () => this.scheduler.now,
      committed: (commit) => {
        this.trace.note(`${this.now} vendor did ${commit.tool} ${commit.key}#${commit.attempt}`)
        this.witness.done(commit)
      },
    })
  }

  #networkOf(): Network {
    return new Network({
      scheduler: this.scheduler,
      random: this.random.fork('network'),
      vendor: this.vendor,
      faults: this.plan.faults,
      settlesWithinMs,
      isCalm: () => this.isCalm,
      sent: (message, effect) => {
        this.witness.sent(message)
        if (message.attempt > 1) return
        this.faults.sent(effect)
        this.society.sent(effect)
      },
      arrived: (message) => {
        this.trace.note(`${this.now} arrived ${message.tool} ${message.key}#${message.attempt}`)
        this.witness.arrived(message)
      },
      answered: ({ key, attempt }) => this.witness.answered(`${key}#${attempt}`, this.engine.process.name),
      hurt: (kind, key) => {
        this.trace.note(`${this.now} ${kind}`)
        this.tally.hurt(kind, key)
      },
    })
  }
}
