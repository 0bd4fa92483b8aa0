/**
 * Works with the ledger as its owner would, in a fresh process: opens runs, lists them, verifies, replays, reports. Its
 * orders are one argument of JSON; the most memory that it ever had is part of its answer.
 */
import { performance } from 'node:perf_hooks'
import { openClerk } from './open-clerk.ts'
import type { Place } from './open-counter.ts'
import { type Replayed, timeReplay } from './time-replay.ts'
import { type Reported, timeReport } from './time-report.ts'
import { timeList, timeOpen } from './time-screens.ts'
import { timeVerify, type Verified } from './time-verify.ts'

export interface MeasureOrders extends Place {
  readonly seed: number
  readonly samples: number
  readonly replayed: number
}

export interface Measured {
  readonly runs: number
  /** Milliseconds of each time. */
  readonly open: readonly number[]
  readonly list: readonly number[]
  readonly verified: Verified
  readonly replayed: Replayed
  readonly reported: Reported
  readonly rssMb: number
}

async function measure(orders: MeasureOrders): Promise<Measured> {
  await using clerk = await openClerk(orders)
  const open = await timed('opened runs', () => timeOpen(clerk, orders))
  const list = await timed('listed runs', () => timeList(clerk, orders))
  const reported = await timed('reported', () => timeReport(clerk))
  const replayed = await timed('replayed', () => timeReplay(clerk, orders))
  const verified = await timed('verified', () => timeVerify(clerk))
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1_024)
  return { runs: clerk.runs.length, open, list, verified, replayed, reported, rssMb }
}

async function timed<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> {
  const began = performance.now()
  const before = process.cpuUsage()
  const answer = await work()
  const { user, system } = process.cpuUsage(before)
  const [seconds, ofProcessor] = [(performance.now() - began) / 1_000, (user + system) / 1_000_000]
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
  process.stderr.write(`${what} in ${seconds.toFixed(1)} s (${ofProcessor.toFixed(1)} s of processor), ${memory} MB\n`)
  return answer
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}')))}\n`)
