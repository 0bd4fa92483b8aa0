/** Small things said in the same words in every part of a postmortem. */
import { formatMoney } from '../tools/money.ts'
import { plainly } from '../traces/say.ts'

export const items = (named: readonly (readonly [string, string | undefined])[]): string[] =>
  named.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`]))

export const scopeOf = ({ scope, value }: { scope: string; value: string }): string =>
  value === '' ? scope : `${scope}:${value}`

/** `2 done, 1 failed (loop)`. */
export function countsOf(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} ${plainly(name)}`).join(', ')
}

export const listed = (names: readonly (string | undefined)[]): string =>
  [...new Set(names)].flatMap((name) => (name === undefined ? [] : [`\`${plainly(name)}\``])).join(', ')

export const sayMoney = (money: Readonly<Record<string, number>>): string =>
  Object.entries(money)
    .map(([currency, minor]) => `${formatMoney({ minor, currency })} ${currency.toUpperCase()}`)
    .join(', ')

export const time = (ms: number): string => new Date(ms).toISOString()
export const cell = (text: string): string => plainly(text).replaceAll('|', '\\|')

/** `850 ms`, `12.3 s`, `4 min 10 s`. */
export function saySpan(ms: number | undefined): string {
  if (ms === undefined) return 'not known'
  if (ms < 0) return `${saySpan(-ms)} before`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}
