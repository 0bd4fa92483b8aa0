/** Plays all cases of a seed in several lanes side by side, each with a shop, a ledger and a process of its own. */
import { fork } from 'node:child_process'
import path from 'node:path'
import type { LaneMessage, LaneOrder } from './lane-process.ts'
import { addUp, type Tally } from './tally.ts'

const program = path.join(import.meta.dirname, 'lane-process.ts')

export async function playLanes(orders: readonly LaneOrder[], progress: (text: string) => void): Promise<Tally> {
  return addUp(await Promise.all(orders.map((order) => playInProcess(order, progress))))
}

function playInProcess(order: LaneOrder, progress: (text: string) => void): Promise<Tally> {
  return new Promise((resolve, reject) => {
    // What a lane prints is not the bench's answer.
    const child = fork(program, [], { stdio: ['ignore', 2, 2, 'ipc'] })
    let tally: Tally | undefined
    child.on('message', (message: LaneMessage) => {
      if ('progress' in message) progress(message.progress)
      else tally = message.tally
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (tally && code === 0) resolve(tally)
      else reject(new Error(`lane ${order.lane} ended with ${code} before it had played all its cases`))
    })
    child.send(order)
  })
}
