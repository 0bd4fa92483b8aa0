/** Small things said in the same words in every story. */
import type { Json } from '../json.ts'
import { formatMoney } from '../tools/money.ts'

/** Whole micro-dollars as dollars. */
export const dollarsOf = (microUsd: number): number => Math.round(microUsd) / 1_000_000

/** `$0.0012`: four places, or more where there is less than that. */
export function sayCost(microUsd: number): string {
  const whole = Math.round(microUsd)
  const places = whole !== 0 && whole < 100 ? 6 : 4
  return `$${(whole / 1_000_000).toFixed(places)}`
}

/** `invoice=in_93K2 amount={"minor":4990,"currency":"usd"}`, cut where it is long. */
export function sayArguments(input: Json | undefined, most = 120): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return ''
  const said = Object.entries(input).map(([name, value]) => `${name}=${sayValue(value)}`)
  return cut(said.join(' '), most)
}

/** Money as money, text without quotes, anything else as JSON. */
export function sayValue(value: Json): string {
  if (typeof value === 'string') return /^[^\s="]+$/.test(value) ? value : JSON.stringify(value)
  if (isMoney(value)) return `${formatMoney(value)} ${value.currency.toUpperCase()}`
  return JSON.stringify(value)
}

export const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`)

export function isMoney(value: Json): value is { minor: number; currency: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'minor' in value &&
    typeof value.minor === 'number' &&
    'currency' in value &&
    typeof value.currency === 'string'
  )
}
