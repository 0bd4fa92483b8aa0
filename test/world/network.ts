/**
 * What lies between a process and the vendor. A message is late, lost, doubled or refused as the plan says; what has left
 * a process is on its way whether that process lives or not, and arrives, if it does, within the time in which the vendor
 * has promised to be done with it.
 */
import type { Execution } from '../../src/tools/tool.ts'
import type { Fault, WireFault } from './plan.ts'
import type { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import { keyedTools, type Message, type Reply, type Vendor } from './vendor.ts'
import type { Wire } from './vendor-tools.ts'

export interface NetworkParts {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly vendor: Vendor
  readonly faults: readonly Fault[]
  /** How long after its deadline a message may still arrive, milliseconds. */
  readonly settlesWithinMs: number
  /** Nothing goes wrong any more. */
  readonly isCalm: () => boolean
  /** `effect` is its number. */
  readonly sent: (message: Message, effect: number) => void
  readonly arrived: (message: Message) => void
  /** The tool has been told that it was done. */
  readonly answered: (message: Message) => void
  readonly hurt: (kind: WireFault, key: string) => void
}

type PlannedWireFault = Extract<Fault, { isSilent: boolean }>

/** The vendor's side of the wire, which never dies. */
const vendorLife: Life = { name: 'vendor', isDead: false, frozenUntil: 0 }
const usualMs = { least: 1, most: 40 }
const settlingMs = 20

export class Network {
  reads = 0
  /** Reads that a process has had its answer to. */
  readsAnswered = 0
  #parts: NetworkParts
  #byAttempt: Map<string, PlannedWireFault>
  #effects = new Map<string, number>()
  #keyed = new Map<string, number>()
  #lookUps = 0
  #failing: { readonly reads: ReadonlySet<number>; readonly lookUps: ReadonlySet<number> }

  constructor(parts: NetworkParts) {
    this.#parts = parts
    this.#byAttempt = new Map(
      parts.faults.flatMap((fault) => ('isSilent' in fault ? [[placeOf(fault, fault.attempt), fault] as const] : [])),
    )
    const callsOf = (kind: 'read_fails' | 'look_up_fails') =>
      new Set(parts.faults.flatMap((fault) => (fault.kind === kind && 'call' in fault ? [fault.call] : [])))
    this.#failing = { reads: callsOf('read_fails'), lookUps: callsOf('look_up_fails') }
  }

  wireOf(process: Process): Wire {
    const { vendor } = this.#parts
    return {
      write: (message, sending) => this.#write(process, message, sending),
      show: (order, { signal }) => this.#read(process, `show ${order}`, signal, () => vendor.show(order)),
      find: (key, { signal }) => this.#read(process, `find ${key}`, signal, () => vendor.find(key)),
    }
  }

  #write(process: Process, message: Message, { deadline, signal }: Execution): Promise<Reply> {
    return new Promise((resolve, give) => {
      let isOver = false
      const reject = (error: Error) => {
        isOver = true
        give(error)
      }
      if (!process.enters(`send ${message.tool} ${message.key}#${message.attempt}`)) return
      const { scheduler, random } = this.#parts
      const effect = numberIn(this.#effects, message.key)
      this.#parts.sent(message, effect)
      const fault = this.#parts.isCalm() ? undefined : this.#faultOf(message, effect)
      if (fault) this.#parts.hurt(fault.kind, message.key)
      const back = this.#wayBack(process, fault, {
        deadline,
        reject,
        resolve: (reply) => {
          if (reply.said === 'done' && !isOver) this.#parts.answered(message)
          resolve(reply)
        },
      })
      if (fault?.kind !== 'late_answer' && random.chance(0.5)) abortable(signal, reject, process)
      if (fault?.kind === 'drop_request') return back(undefined)
      const arrivals = fault?.kind === 'duplicate' && keyedTools.has(message.tool) ? 2 : 1
      for (let n = 0; n < arrivals; n++) {
        scheduler.after(this.#delay(fault, deadline, n > 0), vendorLife, () => {
          this.#parts.arrived(message)
          const refusal = refusalOf(fault, message)
          const reply = refusal ?? this.#parts.vendor.perform(message)
          if (n === 0) back(fault?.kind === 'drop_answer' ? undefined : reply)
        })
      }
    })
  }

  #faultOf({ tool, key, attempt }: Message, effect: number): PlannedWireFault | undefined {
    const ofAny = this.#byAttempt.get(placeOf({ effect, ofKeyed: false }, attempt))
    if (ofAny || !keyedTools.has(tool)) return ofAny
    return this.#byAttempt.get(placeOf({ effect: numberIn(this.#keyed, key), ofKeyed: true }, attempt))
  }

  /** From now until the message is with the vendor. */
  #delay(fault: PlannedWireFault | undefined, deadline: number, isDouble: boolean): number {
    const { scheduler, random, settlesWithinMs } = this.#parts
    const latest = deadline + settlesWithinMs - settlingMs - scheduler.now
    if (fault?.kind !== 'slow_request' && !isDouble)
      return Math.min(latest, random.between(usualMs.least, usualMs.most))
    const earliest = isDouble ? usualMs.most : deadline - scheduler.now
    return Math.max(0, earliest + random.next() * (latest - earliest))
  }

  /** What becomes of the answer; of none, a broken connection or silence. */
  #wayBack(
    process: Process,
    fault: PlannedWireFault | undefined,
    {
      deadline,
      resolve,
      reject,
    }: { deadline: number; resolve: (reply: Reply) => void; reject: (error: Error) => void },
  ): (reply: Reply | undefined) => void {
    const { scheduler, random, settlesWithinMs } = this.#parts
    return (reply) => {
      if (!reply && fault?.isSilent) return
      const usual = random.between(usualMs.least, usualMs.most)
      const late = deadline - scheduler.now + random.next() * settlesWithinMs
      scheduler.after(fault?.kind === 'late_answer' ? late : usual, process, () => {
        if (!process.enters(reply ? `answer ${reply.said}` : 'broken connection')) return
        if (reply) resolve(reply)
        else reject(new Error('the connection broke'))
      })
    }
  }

  #fails(what: string): boolean {
    if (!what.startsWith('find')) return this.#failing.reads.has(this.reads)
    this.#lookUps += 1
    return this.#failing.lookUps.has(this.#lookUps)
  }

  #read(process: Process, what: string, signal: AbortSignal, ask: () => Reply): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (!process.enters(what)) return
      this.reads += 1
      const { scheduler, random } = this.#parts
      const fails = !this.#parts.isCalm() && this.#fails(what)
      abortable(signal, reject, process)
      scheduler.after(random.between(1, 15), vendorLife, () => {
        const reply = ask()
        scheduler.after(random.between(1, 15), process, () => {
          if (!process.enters(`read ${fails ? 'failed' : reply.said}`)) return
          this.readsAnswered += 1
          if (fails) reject(new Error('the vendor is busy'))
          else resolve(reply)
        })
      })
    })
  }
}

const placeOf = ({ effect, ofKeyed }: Pick<PlannedWireFault, 'effect' | 'ofKeyed'>, attempt: number): string =>
  `${ofKeyed ? 'keyed ' : ''}${effect}#${attempt}`

/** In the order in which they were first asked for, from 1. */
function numberIn(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key) ?? numbers.size + 1
  numbers.set(key, known)
  return known
}

function refusalOf(fault: PlannedWireFault | undefined, { attempt }: Message): Reply | undefined {
  if (fault?.kind === 'refuse') return { said: 'refused', status: fault.isSilent ? 422 : 429 }
  if (fault?.kind === 'conflict') return { said: 'refused', status: attempt > 1 ? 409 : 429 }
  return undefined
}

function abortable(signal: AbortSignal, reject: (error: Error) => void, process: Process): void {
  const abort = () => {
    if (!process.isDead) reject(new Error('aborted'))
  }
  signal.addEventListener('abort', abort, { once: true })
}
