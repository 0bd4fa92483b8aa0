/**
 * Small things said in the same words in every story. Models and vendors write some of them, and a terminal obeys some
 * characters instead of showing them: those are made visible.
 */
import { visible } from '../charter/problem.ts'
import { type ErrorCode, errorCodes } from '../errors.ts'
import { type Json, partOf } from '../json.ts'
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

/** `1 turn`, `4 turns`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

/** `invoice in_93K2, customer c_17`, of `[{ kind, id }]`. */
export function saySubjects(subjects: Json): string {
  if (!Array.isArray(subjects)) return sayValue(subjects)
  return subjects.map((subject: Json) => plainly(`${partOf(subject, 'kind')} ${partOf(subject, 'id')}`)).join(', ')
}

/** What the model says it does, what allows it, and what it read for it. */
export function sayIntent(intent: Json): string {
  const [doing, allowedBy, evidence] = ['doing', 'allowed_by', 'evidence'].map((name) => partOf(intent, name))
  if (typeof doing !== 'string' || typeof allowedBy !== 'string') return sayValue(intent)
  const read = saySubjects(evidence ?? [])
  return `${plainly(doing)}; allowed by ${plainly(allowedBy)}${read === '' ? '' : `; read ${read}`}`
}

/** In one line. */
export const plainly = (text: string): string => visible(text.replaceAll(/\s/g, ' '))

/** Money as money, text without quotes, anything else as JSON. */
export function sayValue(value: Json): string {
  if (typeof value === 'string') return /^[^\s="\p{C}]+$/u.test(value) ? value : visible(JSON.stringify(value))
  if (isMoney(value)) return `${formatMoney(value)} ${value.currency.toUpperCase()}`
  return visible(JSON.stringify(value))
}

export function cut(text: string, most: number): string {
  const said = plainly(text)
  return said.length <= most ? said : `${said.slice(0, most - 1)}…`
}

/** `failed tool_failed: the shop is closed`: how a call ended, and in whose words where nothing else says why. */
export function sayOutcome({ outcome, code, content }: Outcome): string {
  const said = [outcome, code].filter((part) => part !== undefined).join(' ')
  const error = partOf(content, 'error')
  const message = outcome === 'failed' ? partOf(error, 'message') : undefined
  const why = sayProblems(partOf(error, 'problems')) || message
  const isNews = typeof why === 'string' && why !== '' && why !== (code && errorCodes[code].about)
  return isNews ? `${said}: ${cut(why, 300)}` : said
}

interface Outcome {
  readonly outcome: string
  readonly code?: ErrorCode
  /** What the model was told. */
  readonly content: Json | undefined
}

/** `amount: expected a number; reason: is missing`, of arguments that do not fit. */
function sayProblems(problems: Json | undefined): string {
  if (!Array.isArray(problems)) return ''
  const said = problems.map((problem) => [partOf(problem, 'path'), partOf(problem, 'message')])
  return said.map((parts) => parts.filter((part) => typeof part === 'string' && part !== '').join(': ')).join('; ')
}

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
