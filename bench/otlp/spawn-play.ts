import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export interface PlayOrders {
  readonly folder: string
  readonly ledger: string
  readonly keyring: string
  readonly desk: string
  readonly runs: number
  readonly seed: number
}

export interface Played {
  readonly run: string
  readonly status: string
  /** Whose trace it was started in. */
  readonly traceparent: string | null
}

/** Resolves when the engine has played everything and is gone. */
export function spawnPlay(orders: PlayOrders) {
  const child = fork(path.join(import.meta.dirname, 'play-process.ts'), [JSON.stringify(orders)])
  const played: Played[] = []
  child.on('message', (told) => played.push(told as Played))
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the engine ended with ${code}`)
    return played
  })
  return { played, ended }
}
