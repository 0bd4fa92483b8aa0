/** The faults of the machine that a plan holds, each armed at the first sending of the effect it is counted from. */

import type { CommitFault } from './connection.ts'
import { outside } from './engine-life.ts'
import type { Fault } from './plan.ts'
import type { World } from './world.ts'

type Planned = Extract<Fault, { from: unknown }>

export class FaultBox {
  #world: World
  #byEffect = new Map<number, Planned[]>()
  #atCommits: { fault: Planned; left: number }[] = []
  /** What strikes the engine after so many port calls; of its next life, when it dies before. */
  #atCalls = new Set<{ readonly fault: Planned; readonly calls: number }>()
  #fullUntil = 0

  constructor(world: World) {
    this.#world = world
    for (const fault of world.plan.faults) {
      if (!('from' in fault)) continue
      this.#byEffect.set(fault.effect, [...(this.#byEffect.get(fault.effect) ?? []), fault])
    }
  }

  get isFull(): boolean {
    return this.#world.scheduler.now < this.#fullUntil
  }

  begin(): void {
    this.sent(0)
  }

  sent(effect: number): void {
    const { scheduler } = this.#world
    for (const fault of this.#byEffect.get(effect) ?? []) {
      const { after, count } = fault.from
      if (after === 'ms') scheduler.after(count, outside, () => this.#strike(fault))
      else if (after === 'calls') this.#arm({ fault, calls: count })
      else this.#atCommits.push({ fault, left: count })
    }
  }

  /** Asked before each commit of the ledger that writes. */
  nextCommit(): CommitFault | undefined {
    if (this.#world.isCalm) return undefined
    for (const armed of this.#atCommits) armed.left -= 1
    const due = this.#atCommits.filter(({ left }) => left === 0)
    this.#atCommits = this.#atCommits.filter(({ left }) => left > 0)
    let answer: CommitFault | undefined
    for (const { fault } of due) {
      if (fault.kind === 'commit_fails' || fault.kind === 'commit_lost') {
        if (answer !== undefined) {
          this.#atCommits.push({ fault, left: 1 })
          continue
        }
        answer = fault.kind
        this.#world.tally.strike(fault.kind)
      } else this.#strike(fault)
    }
    return answer
  }

  lifeBegan(): void {
    for (const armed of this.#atCalls) this.#arm(armed)
  }

  calm(): void {
    this.#atCommits = []
    this.#atCalls.clear()
    this.#fullUntil = 0
    this.#world.machine.letGo()
    this.#world.engine.process.frozenUntil = 0
  }

  #strike(fault: Planned): void {
    const world = this.#world
    const { scheduler, engine, machine, tally } = world
    if (world.isCalm) return
    if (engine.process.isDead && ofProcess.has(fault.kind)) {
      this.#atCalls.add({ fault, calls: fault.from.count })
      return
    }
    world.trace.note(`${scheduler.now.toFixed(3)} ${fault.kind}`)
    tally.strike(fault.kind)
    switch (fault.kind) {
      case 'kill':
        this.#again(fault)
        world.kill(fault.forMs)
        return
      case 'power_cut':
        this.#again(fault)
        world.cutPower(fault.forMs, fault.kept)
        return
      case 'freeze':
        engine.process.frozenUntil = scheduler.now + fault.forMs
        return
      case 'disk_full':
        this.#fullUntil = scheduler.now + fault.forMs
        return
      default:
        // Not in the middle of somebody's transaction.
        scheduler.after(0, outside, () => {
          if (machine.hold()) scheduler.after(fault.forMs, outside, () => machine.letGo())
        })
    }
  }

  #again(fault: Planned): void {
    const { again } = fault
    if (again) this.#atCalls.add({ fault: { ...fault, kind: again.kind, again: undefined }, calls: again.calls })
  }

  #arm(armed: { readonly fault: Planned; readonly calls: number }): void {
    this.#atCalls.add(armed)
    this.#world.engine.process.afterCalls(armed.calls, () => {
      this.#atCalls.delete(armed)
      this.#strike(armed.fault)
    })
  }
}

/** What is dead can neither die nor stand still. */
const ofProcess: ReadonlySet<string> = new Set(['kill', 'power_cut', 'freeze'])
