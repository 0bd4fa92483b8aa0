/** Times and rates as people write them: `'250ms'`, `'10s'`, `'5m'`, `'4h'`, `'30d'`, `'10/min'`. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const rateUnits: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export interface Rate {
  readonly count: number
  readonly withinMs: number
}

/** Milliseconds, or nothing when the text is no time: the caller knows which error it is, and where it stands. */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d+)(ms|s|m|min|h|d)$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN)
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** In the largest unit that says it exactly: `90_000` is `'90s'`, `172_800_000` is `'2d'`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = unitMs[unit] ?? 1
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}

/** Calls and the window they are counted over, or nothing when the text is no rate. `0/min` is no rate. */
export function parseRate(text: string): Rate | undefined {
  const [, digits = '', unit = ''] = /^([1-9]\d*)\/(s|min|h|d)$/.exec(text) ?? []
  const withinMs = rateUnits[unit]
  const count = Number(digits)
  return withinMs !== undefined && Number.isSafeInteger(count) ? { count, withinMs } : undefined
}

/** The rate as it would be written; a window that is no unit is said as a time: `'10 in 90s'`. */
export function formatRate({ count, withinMs }: Rate): string {
  const unit = Object.keys(rateUnits).find((name) => rateUnits[name] === withinMs)
  return unit === undefined ? `${count} in ${formatDuration(withinMs)}` : `${count}/${unit}`
}
