/** What befalls the soaked process from outside: faults of the desk, and second engines that are killed. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaultRule } from '../../examples/refunds/desk/faults.ts'
import type { SoakPlace } from './soak-agent.ts'

const paths = ['/refunds', '/tickets/:id/notes'] as const
const kinds: readonly ((path: string) => FaultRule)[] = [
  (path) => ({ fault: 'fail', method: 'POST', path, times: 1 }),
  (path) => ({ fault: 'hang', method: 'POST', path, times: 1 }),
  (path) => ({ fault: 'commit_then_disconnect', method: 'POST', path, times: 1 }),
  (path) => ({ fault: 'commit_then_delay', method: 'POST', path, times: 1, ms: 2_500 }),
  (path) => ({ fault: 'garbage', method: 'POST', path, times: 1 }),
  (path) => ({ fault: 'reject', method: 'POST', path, times: 1, status: 429, retry_after_seconds: 0 }),
]
const faultEveryMs = 2_000
const engineEveryMs = 15_000
const engineLivesMs = 4_000

export interface Trouble {
  /** Faults that befell a request. */
  readonly faults: number
  readonly enginesKilled: number
  /** Of those, engines that had entered: on a ledger in one file none can. */
  readonly enginesEntered: number
}

/** Goes on until the signal aborts. */
export async function makeTrouble(place: SoakPlace, signal: AbortSignal): Promise<Trouble> {
  const [faults, engines] = await Promise.all([setFaults(place.desk, signal), killEngines(place, signal)])
  return { faults, ...engines }
}

/**
 * One at a time: faults that lay waiting while a circuit breaker is open would meet each of its probes, and keep it open
 * for good.
 */
async function setFaults(desk: string, signal: AbortSignal): Promise<number> {
  let set = 0
  while (!signal.aborted) {
    if ((await standing(desk)) === 0) {
      const kind = kinds[set % kinds.length]
      const fault = kind?.(paths[Math.floor(set / kinds.length) % paths.length] ?? '/refunds')
      await fetch(new URL('/_faults', desk), { method: 'POST', body: JSON.stringify(fault) })
      set += 1
    }
    await pause(faultEveryMs, undefined, { signal }).catch(() => {})
  }
  const left = await standing(desk)
  await fetch(new URL('/_faults', desk), { method: 'DELETE' })
  return set - left
}

async function standing(desk: string): Promise<number> {
  const response = await fetch(new URL('/_faults', desk))
  const { faults }: { faults: readonly unknown[] } = JSON.parse(await response.text())
  return faults.length
}

async function killEngines(place: SoakPlace, signal: AbortSignal) {
  let enginesKilled = 0
  let enginesEntered = 0
  while (!signal.aborted) {
    if (await killOne(place, signal)) enginesEntered += 1
    enginesKilled += 1
    await pause(engineEveryMs, undefined, { signal }).catch(() => {})
  }
  return { enginesKilled, enginesEntered }
}

/** Says whether it had entered. */
async function killOne(place: SoakPlace, signal: AbortSignal): Promise<boolean> {
  const program = path.join(import.meta.dirname, 'second-engine-process.ts')
  const child = fork(program, [JSON.stringify(place)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let entered = false
  child.on('message', (said) => {
    entered ||= said === 'entered'
  })
  await once(child, 'message')
  await pause(engineLivesMs, undefined, { signal }).catch(() => {})
  child.kill('SIGKILL')
  await once(child, 'exit')
  return entered
}
