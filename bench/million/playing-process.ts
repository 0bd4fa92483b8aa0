/** Plays the runs of the ledger, in a process of its own. Its orders are one argument of JSON. */
import { openCounter, type Place } from './open-counter.ts'

export interface PlayOrders extends Place {
  readonly runs: number
}

export interface Played {
  readonly runs: number
  /** Keys under which the system of record saw a write. */
  readonly written: number
}

const atOnce = 32

async function play(orders: PlayOrders): Promise<Played> {
  await using counter = await openCounter(orders)
  const began = performance.now()
  let next = 0
  let played = 0
  const worker = async () => {
    while (next < orders.runs) {
      next += 1
      await counter.play(next)
      played += 1
      if (played % 1_000 === 0)
        say(`${played} runs, ${Math.round((played / (performance.now() - began)) * 1_000)} a second`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { runs: orders.runs, written: counter.done.keys.size }
}

const say = (text: string) => void process.stderr.write(`${text}\n`)

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${JSON.stringify(await play(JSON.parse(process.argv[2] ?? '{}')))}\n`)
