/** Who presses, seen from the bench: a process kept at hand, or the command line in a new one. Both are other processes. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { childEnvironment } from '../../test/approvals/child-environment.ts'
import type { PlaceNames } from '../../test/approvals/place.ts'
import type { HandOrder, HandSaid } from './hand-process.ts'
import type { StopNamed } from './tickets.ts'

/** What was told, and when: milliseconds since 1970; absent where nothing was. */
export interface Told {
  readonly committed?: number
  /** From the asking to the answer, milliseconds. */
  readonly committedMs?: number
  readonly quiet?: number
  /** The process that asked had first to be started. */
  readonly byCommandLine: boolean
  readonly trouble?: string
}

export interface Hand {
  press(stop: StopNamed): Promise<Told>
  lift(stop: StopNamed): Promise<void>
}

/** Well above anything that may happen. */
const longestMs = 15_000
const handProgram = path.join(import.meta.dirname, 'hand-process.ts')
const charterProgram = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

export async function openHand(ends: AsyncDisposableStack, place: PlaceNames): Promise<Hand> {
  const child = fork(handProgram, [JSON.stringify({ place })], {
    env: childEnvironment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  ends.defer(async () => {
    child.kill('SIGKILL')
    await exited
  })
  await hear(child, 'ready')
  const order = (given: HandOrder) => void child.send(given)
  return {
    press: async (stop) => {
      const told = tell(false)
      const quiet = hear(child, 'quiet', (said) => {
        if (said.said === 'committed') told({ committed: said.at, committedMs: said.ms })
      })
      order({ order: 'press', stop })
      return quiet.then(
        (said) => told('at' in said ? { quiet: said.at } : {}),
        (error) => told({ trouble: String(error) }),
      )
    },
    lift: async (stop) => {
      const lifted = hear(child, 'lifted')
      order({ order: 'lift', stop })
      await lifted
    },
  }
}

/** `charter stop on`, which says `committed` and `quiet` in lines of their own, each as soon as it is so. */
export async function pressByCommandLine({ folder, ledger }: PlaceNames, stop: StopNamed): Promise<Told> {
  const scope = stop.value === '' ? stop.scope : `${stop.scope}:${stop.value}`
  const args = ['stop', 'on', '--scope', scope, '--level', stop.level, '--reason', 'the bench wants it']
  const began = performance.now()
  const child = spawn(process.execPath, [charterProgram, ...args, '--as', 'ada@acme.example'], {
    cwd: folder,
    env: { ...childEnvironment, CHARTER_DATABASE_URL: ledger },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestMs,
  })
  const told = tell(true)
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('committed')) told({ committed: Date.now(), committedMs: performance.now() - began })
    if (line.startsWith('quiet')) told({ quiet: Date.now() })
  }
  const [exit] = await exited
  return told(exit === 0 ? {} : { trouble: `\`charter stop on\` ended with ${exit}` })
}

/** Adds to what was told so far, and gives all of it. */
function tell(byCommandLine: boolean): (more: Partial<Told>) => Told {
  let told: Told = { byCommandLine }
  return (more) => {
    told = { ...told, ...more }
    return told
  }
}

function hear(
  child: ChildProcess,
  word: HandSaid['said'],
  each: (said: HandSaid) => void = () => {},
): Promise<HandSaid> {
  return new Promise((resolve, reject) => {
    const listen = (said: HandSaid) => {
      each(said)
      if (said.said === word) settle(() => resolve(said))
      else if (said.said === 'failed') settle(() => reject(new Error(said.why)))
    }
    const timer = setTimeout(() => settle(() => reject(new Error(`it never said \`${word}\``))), longestMs)
    const settle = (answer: () => void) => {
      clearTimeout(timer)
      child.off('message', listen)
      answer()
    }
    child.on('message', listen)
  })
}
