/** What a process takes of the machine, as the machine says it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'

export interface Sample {
  /** Minutes since the soak began. */
  readonly minute: number
  readonly rssMb: number
  readonly fds: number
  /** The longest of the write-ahead logs. */
  readonly walMb: number
}

const megabyte = 2 ** 20

export function sampleOf(pid: number, logs: readonly string[], minute: number): Sample {
  const [, kilobytes = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return {
    minute,
    rssMb: Number(kilobytes) / 1_024,
    fds: readdirSync(`/proc/${pid}/fd`).length,
    walMb: Math.max(0, ...logs.map(sizeOf)) / megabyte,
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** How far a straight line through the samples rises from the first of them to the last. */
export function growthAlongLine(
  samples: readonly { readonly minute: number }[],
  valueAt: (index: number) => number,
): number {
  const minutes = samples.map(({ minute }) => minute)
  const middle = mean(minutes)
  const height = mean(samples.map((_, index) => valueAt(index)))
  const spread = minutes.reduce((sum, minute) => sum + (minute - middle) ** 2, 0)
  const rise = minutes.reduce((sum, minute, index) => sum + (minute - middle) * (valueAt(index) - height), 0)
  return (rise / spread) * ((minutes.at(-1) ?? Number.NaN) - (minutes[0] ?? Number.NaN))
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
