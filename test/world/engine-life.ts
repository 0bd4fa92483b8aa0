/** The lives of the engine: it is opened, dies as the plan says, and is opened again on what is on the disk. */
import { createRuntime, type Runtime } from '../../src/create-runtime.ts'
import { keyringFile, ledgerFile } from './files.ts'
import type { Kit } from './kit.ts'
import type { Machine } from './machine.ts'
import { type Bill, modelOf } from './model.ts'
import type { Network } from './network.ts'
import { agentOf, prices } from './pages.ts'
import type { Plan } from './plan.ts'
import { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'

export interface EngineParts {
  readonly kit: Kit
  readonly plan: Plan
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: Trace
  readonly machine: Machine
  readonly network: Network
  readonly bill: Bill
  readonly isCalm: () => boolean
  /** A life has begun; its runtime is not there yet. */
  readonly began: () => void
  /** A runtime is there: starts that nobody has answered are made again. */
  readonly opened: (runtime: Runtime) => void
  /** An error that the engine was told of, or that opening it came to. */
  readonly complained: (error: unknown) => void
  readonly onTick: () => number
}

const againAfterMs = 80

export class EngineLife {
  process: Process
  runtime: Runtime | undefined
  lives = 0
  #parts: EngineParts

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.process = this.#newProcess()
  }

  get isUp(): boolean {
    return this.runtime !== undefined && !this.process.isDead
  }

  /** Begins a life; when it cannot be opened, a supervisor tries again. */
  open(): void {
    const { kit, network, plan, machine } = this.#parts
    this.process = this.#newProcess()
    const { process } = this
    this.lives += 1
    this.#parts.began()
    kit.connect(network.wireOf(process))
    const random = this.#parts.random.fork(`model ${this.lives}`)
    const model = modelOf(process, { ...this.#parts, random })
    createRuntime({ agents: [agentOf(plan.page, kit.tools, model)], ...this.options(process, machine) }).then(
      (runtime) => {
        if (process.isDead) return
        this.runtime = runtime
        this.#parts.opened(runtime)
      },
      (error) => this.#failedToOpen(process, error),
    )
  }

  /** How a process of this machine opens the ledger. */
  options(process: Process, machine: Machine) {
    const { kit, plan, complained } = this.#parts
    return {
      ledger: machine.fileOf(ledgerFile),
      keyring: machine.fileOf(keyringFile),
      clock: process.clock,
      random: process.randomness,
      sqlite: {
        connect: machine.connectLedger(process),
        connectKeyring: machine.connectKeyring(process),
        nextTick: process.nextTick,
      },
      prices,
      compile: kit.compile,
      evaluator: kit.evaluator,
      leaseMs: plan.leaseMs,
      onError: (_run: string | undefined, error: unknown) => void (process.isDead || complained(error)),
    }
  }

  /** Ends this life at once, and begins another later. */
  kill(downMs: number): void {
    this.process.die()
    this.runtime = undefined
    this.#parts.scheduler.after(downMs, outside, () => this.process.isDead && this.open())
  }

  /** As a deployment does it: what is in hand comes to a safe point first. */
  async restart(): Promise<void> {
    const { process, runtime } = this
    if (!runtime || process.isDead) return
    this.runtime = undefined
    // What the disk refuses on the way out is said; the process ends all the same.
    await runtime.close().catch((error) => process.isDead || this.#parts.complained(error))
    if (process.isDead) return
    process.die()
    this.open()
  }

  #failedToOpen(process: Process, error: unknown): void {
    if (process.isDead) return
    this.#parts.complained(error)
    this.kill(againAfterMs)
  }

  #newProcess(): Process {
    const { scheduler, random, trace, machine, onTick } = this.#parts
    const name = `engine${this.lives + 1}`
    const process: Process = new Process({
      name,
      scheduler,
      random: random.fork(name),
      trace,
      onDeath: () => machine.release(process),
      onTick,
    })
    return process
  }
}

/** Whoever looks at a world from outside it. */
export const outside = { name: 'outside', isDead: false, frozenUntil: 0 }
