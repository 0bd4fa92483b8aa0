/** Times as a person reads them, always with the zone, because who reads them may be anywhere. */
export const sayTime = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')

/** `in 3h 12m`, `4m ago`. */
export function sayWhen(ms: number, now: number): string {
  const distance = saySpan(Math.abs(ms - now))
  return ms >= now ? `in ${distance}` : `${distance} ago`
}

/** `850ms`, `12.3s`, `4m 10s`, `3h 12m`, `2d 4h`. */
export function saySpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const
  const largest = units.findIndex(([, size]) => ms >= size)
  let rest = ms
  const parts = units.slice(largest, largest + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.filter((part) => part !== '').join(' ')
}
