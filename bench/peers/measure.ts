/**
 * What every measured program has in common, Charter's own among them: it is given its orders as one argument of JSON,
 * plays runs as fast as it can, so many at once, and prints one line of JSON.
 */
import { argv, stdout } from 'node:process'

/** So many at once, for so long or until so many runs are done. */
export interface Load {
  readonly concurrency: number
  readonly seconds?: number
  readonly runs?: number
}

export interface Orders<OneLoad extends Load = Load> {
  /** A file, or the URL of a PostgreSQL database; for Restate the URL of its ingress. */
  readonly place: string
  readonly loads: readonly OneLoad[]
}

export interface Measured {
  readonly concurrency: number
  readonly runs: number
  readonly seconds: number
  readonly runs_per_s: number
}

/** A program in which nothing comes to its end for so long is ended, and says so. */
const patienceMs = 60_000

export function readOrders<OneLoad extends Load = Load>(): Orders<OneLoad> {
  return JSON.parse(argv[2] ?? '{}')
}

export async function playLoad(load: Load, play: () => Promise<unknown>): Promise<Measured> {
  const { concurrency, seconds = Number.POSITIVE_INFINITY, runs = Number.POSITIVE_INFINITY } = load
  const began = performance.now()
  let [begun, done] = [0, 0]
  const isOver = () => begun >= runs || performance.now() - began >= seconds * 1_000
  const playOn = async () => {
    while (!isOver()) {
      begun += 1
      await play()
      done += 1
    }
  }
  let doneBefore = -1
  const watch = setInterval(() => {
    if (done === doneBefore) throw new Error(`${done} of ${begun} runs have ended, and none in ${patienceMs} ms`)
    doneBefore = done
  }, patienceMs)
  await Promise.all(Array.from({ length: concurrency }, playOn)).finally(() => clearInterval(watch))
  const took = (performance.now() - began) / 1_000
  return { concurrency, runs: done, seconds: took, runs_per_s: done / took }
}

/** One load after the other, the first of them to warm up; the line that the bench reads. */
export async function measurePeer(loads: readonly Load[], play: () => Promise<unknown>): Promise<void> {
  const measured: Measured[] = []
  for (const load of loads) measured.push(await playLoad(load, play))
  printLine({ measured })
}

export function printLine(line: object): void {
  stdout.write(`${JSON.stringify(line)}\n`)
}
