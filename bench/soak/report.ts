/** The line of the bench, and what it lacks. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import { aimsOf } from './aims.ts'
import type { Options } from './options.ts'
import { growthAlongLine, median, type Sample } from './probe.ts'
import type { Soaked } from './soaking-process.ts'
import type { Trouble } from './trouble.ts'

export interface Found {
  readonly soaked: Soaked
  readonly trouble: Trouble
  readonly samples: readonly Sample[]
  /** Keys under which the desk committed more than once, and its commits. */
  readonly doubled: number
  readonly commits: number
  readonly rebuilt: Rebuilt
}

export function reportOf(
  options: Options,
  { soaked, trouble, samples, doubled, commits, rebuilt }: Found,
): BenchReport {
  const aims = aimsOf(options)
  const settled = samples.filter(({ minute }) => minute >= aims.settledAfter)
  const fds = settled.map((sample) => sample.fds)
  const tenth = Math.ceil(settled.length / 10)
  const runs = Object.values(soaked.statuses).reduce((sum, count) => sum + count, 0)
  const line = {
    short: options.short,
    db: options.database,
    minutes: options.minutes,
    runs,
    faults: trouble.faults,
    engines_killed: trouble.enginesKilled,
    engines_entered: trouble.enginesEntered,
    rss_growth_mb: round(growthAlongLine(settled, (index) => settled[index]?.rssMb ?? Number.NaN)),
    rss_first_mb: round(settled[0]?.rssMb ?? Number.NaN),
    rss_last_mb: round(settled.at(-1)?.rssMb ?? Number.NaN),
    wal_max_mb: round(Math.max(...samples.map(({ walMb }) => walMb))),
    fd_growth: median(fds.slice(-tenth)) - median(fds.slice(0, tenth)),
    samples: settled.length,
    statuses: { ...soaked.statuses },
    done_share: round((soaked.statuses.done ?? 0) / runs),
    runs_lost: soaked.started - runs,
    vendor_commits: commits,
    duplicate_effects: doubled,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
  }
  const failures = [
    ...atLeast('runs', line.runs, aims.runs),
    ...atLeast('faults', line.faults, aims.faults),
    ...atMost('rss_growth_mb', line.rss_growth_mb, aims.rssGrowthMb),
    ...atMost('wal_max_mb', line.wal_max_mb, aims.walMaxMb),
    ...atMost('fd_growth', line.fd_growth, aims.fdGrowth),
    ...atMost('runs_lost', line.runs_lost, 0),
    ...atLeast('done_share', line.done_share, leastDone),
    ...atMost('duplicate_effects', doubled, 0),
    ...(soaked.lastFailure === undefined ? [] : [`a run was lost: ${soaked.lastFailure}`]),
    ...(rebuilt.same ? [] : ['a projection is another one when it is made again from the events']),
    ...(rebuilt.findsEdit ? [] : ['a rebuild does not find the planted edit']),
  ]
  return { line, failures }
}

/** A soak in which most runs are turned away, by a breaker that stays open, has soaked nothing. */
const leastDone = 0.8

/** A number that is none reaches nothing and stays within nothing. */
const atLeast = (name: string, value: number, aim: number) =>
  value >= aim ? [] : [`${name} is ${value}, and must be ${aim}`]
const atMost = (name: string, value: number, aim: number) =>
  value <= aim ? [] : [`${name} is ${value}, and may be ${aim}`]

const round = (value: number): number => Math.round(value * 100) / 100
