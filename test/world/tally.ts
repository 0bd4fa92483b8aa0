/** What a world went through: crashes, effects, and which kinds of fault met over one effect that was under way. */
import type { Fact, Facts } from './facts.ts'
import type { Blow } from './plan.ts'

export class Tally {
  crashes = 0
  crashesInRecovery = 0
  readonly struck = new Map<string, number>()
  /** `busy+kill`, both names in order. */
  readonly pairs = new Set<string>()
  /** Runs whose step a crash cut off, until that step has come to its end. */
  #cutOff = new Set<string>()
  #underWay = new Map<string, { key: string; blows: Set<Blow> }>()

  note(fresh: readonly Fact[]): void {
    for (const { type, stream, body } of fresh) {
      const run = stream.slice('run/'.length)
      if (ends.has(type)) this.#cutOff.delete(run)
      if (type === 'effect.dispatched' && !this.#underWay.has(String(body.effect)))
        this.#underWay.set(String(body.effect), { key: String(body.key), blows: new Set() })
      if (type === 'action.returned') this.#underWay.delete(`${run}:${body.action}`)
      if (type === 'stop.raised') this.strike('stop')
    }
  }

  crashed(facts: Facts): void {
    this.crashes += 1
    if (this.#cutOff.size > 0) this.crashesInRecovery += 1
    this.reread(facts)
  }

  /** Those that are in the middle of something, by what is on the disk. */
  reread(facts: Facts): void {
    for (const effect of this.#underWay.keys()) if (!facts.effects.has(effect)) this.#underWay.delete(effect)
    for (const { run, status } of facts.runs.values())
      if (status === 'running') this.#cutOff.add(run)
      else this.#cutOff.delete(run)
  }

  /** Something hit everything that was under way. */
  strike(blow: Blow): void {
    this.#count(blow)
    for (const { blows } of this.#underWay.values()) this.#add(blows, blow)
  }

  /** Something hit one sending. */
  hurt(blow: Blow, key: string): void {
    this.#count(blow)
    for (const effect of this.#underWay.values()) if (effect.key === key) this.#add(effect.blows, blow)
  }

  #count(blow: Blow): void {
    this.struck.set(blow, (this.struck.get(blow) ?? 0) + 1)
  }

  #add(blows: Set<Blow>, blow: Blow): void {
    for (const other of blows) if (other !== blow) this.pairs.add([blow, other].sort().join('+'))
    blows.add(blow)
  }
}

const ends = new Set([
  'turn.answered',
  'action.returned',
  'effect.committed',
  'effect.not_committed',
  'effect.given_up',
  'run.waiting',
  'run.ended',
])
