/** Runs the soaked process for so long, in trouble, and notes every second what it takes of the machine. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Options } from './options.ts'
import { type Sample, sampleOf } from './probe.ts'
import type { SoakPlace } from './soak-agent.ts'
import type { Soaked, SoakMessage, SoakOrders } from './soaking-process.ts'
import { makeTrouble, type Trouble } from './trouble.ts'

/** Fast enough that what the product keeps of the last few thousand streams is full before growth is counted. */
const perSecond = 14
const together = 32
const sampleEveryMs = 1_000
const sayEvery = 60

export interface SoakedFor {
  readonly soaked: Soaked
  readonly trouble: Trouble
  readonly samples: readonly Sample[]
}

export async function soakFor(
  place: SoakPlace,
  { minutes }: Options,
  progress: (text: string) => void,
): Promise<SoakedFor> {
  const child = fork(path.join(import.meta.dirname, 'soaking-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit').then(([code]): never => {
    throw new Error(`the soaked process ended with ${code}`)
  })
  const heard = async (): Promise<SoakMessage> => (await Promise.race([once(child, 'message'), gone]))[0]
  const ending = new AbortController()
  try {
    const orders: SoakOrders = { ...place, perSecond, together }
    child.send(orders)
    await heard()
    const trouble = makeTrouble(place, ending.signal)
    const samples = await Promise.race([watch(child, place, minutes, progress), gone])
    ending.abort()
    const troubled = await trouble
    child.send('stop')
    const last = await heard()
    if (last.said !== 'soaked') throw new Error('the soaked process did not say what it did')
    return { soaked: last.soaked, trouble: troubled, samples }
  } finally {
    ending.abort()
    gone.catch(() => {})
    child.kill('SIGKILL')
  }
}

async function watch(
  child: ChildProcess,
  { ledger, keyring }: SoakPlace,
  minutes: number,
  progress: (text: string) => void,
): Promise<readonly Sample[]> {
  const logs = [`${ledger}-wal`, `${keyring}-wal`]
  const began = performance.now()
  const samples: Sample[] = []
  for (let minute = 0; minute < minutes; minute = (performance.now() - began) / 60_000) {
    const sample = sampleOf(child.pid ?? 0, logs, minute)
    samples.push(sample)
    if (samples.length % sayEvery === 1) progress(`minute ${Math.round(minute)}: ${JSON.stringify(sample)}`)
    await pause(sampleEveryMs)
  }
  return samples
}
