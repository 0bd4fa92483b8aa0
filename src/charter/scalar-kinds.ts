/** The words, numbers and times that a key of the page can hold. */
import { formatDuration, formatRate, parseDuration, parseRate, type Rate } from '../duration.ts'
import { CharterError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { decimalsOf, formatMoney, parseMoney } from '../tools/money.ts'
import { formatDecimal, parseDecimal } from './decimal.ts'
import { fault, type Kind, type Reading, type Star, wrong } from './kind.ts'
import type { Money } from './page.ts'
import type { YamlNode, YamlScalar } from './read-yaml.ts'

/** A kind of text that `parse` turns into its value, or into nothing when it is none. */
function textual<Value>(
  says: string,
  schema: JsonObject,
  parse: (text: string) => Value | undefined,
  write: (value: Value) => string,
  hint?: string,
): Kind<Value> {
  return {
    says,
    schema: { type: 'string', ...schema },
    read: (node, path, reading) => {
      const value = isText(node) ? parse(node.value) : undefined
      if (value !== undefined) return value
      return wrong(reading, node, path, says, { hint: hintFor(node) ?? hint })
    },
    write,
  }
}

type TextNode = YamlScalar & { readonly value: string }
const isText = (node: YamlNode): node is TextNode => node.node === 'scalar' && typeof node.value === 'string'

const hintFor = (node: YamlNode) =>
  node.node === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'boolean')
    ? `put it in quotes if the text is meant: "${node.source}"`
    : undefined

/** Control characters, halves of characters, and what turns the direction of writing: a page must say what it shows. */
const unseen = /[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u

const same = (text: string) => text

export const line: Kind<string> = textual(
  'one line of text',
  { minLength: 1 },
  (text) => (text.trim() !== '' && !unseen.test(text) ? text : undefined),
  same,
)

/** Text that may run over several lines. */
export const prose: Kind<string> = textual(
  'text',
  { minLength: 1 },
  (text) => (text.trim() !== '' && !unseen.test(text.replaceAll('\n', '')) ? text.trim() : undefined),
  same,
)

const namePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'

/** A name that the ledger, a policy and a command line can bear. */
export const name: Kind<string> = textual(
  'a name of letters, digits, `.`, `_` and `-`',
  { pattern: namePattern },
  (text) => (new RegExp(namePattern).test(text) ? text : undefined),
  same,
)

const groupPattern = '^(subject:)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'

export const group: Kind<string> = textual(
  'a group, or `subject:KIND` for the person whom the action names',
  { pattern: groupPattern },
  (text) => (new RegExp(groupPattern).test(text) ? text : undefined),
  same,
)

const wordPattern = '^[A-Za-z_][A-Za-z0-9_-]{0,63}$'

/** The name of a tool or an argument; without dots, because dots part the keys of a path. */
export const word: Kind<string> = textual(
  'a word of letters, digits, `_` and `-`',
  { pattern: wordPattern },
  (text) => (new RegExp(wordPattern).test(text) ? text : undefined),
  same,
)

const subjectPattern = `^(?!tool$)${wordPattern.slice(1)}`

/** `tool` is what a rate is counted per. */
export const subjectKind: Kind<string> = textual(
  'a kind of subject, such as `customer`',
  { pattern: subjectPattern },
  (text) => (new RegExp(subjectPattern).test(text) ? text : undefined),
  same,
  'for all calls of the tool together, use `rate`',
)

export function choice<const Words extends readonly string[]>(words: Words): Kind<Words[number]> {
  const says = words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map((each) => `\`${each}\``).join(', ')}`
  const isOne = (text: unknown): text is Words[number] => typeof text === 'string' && words.includes(text)
  return {
    says,
    schema: { enum: words },
    read: (node, path, reading) =>
      node.node === 'scalar' && isOne(node.value)
        ? node.value
        : wrong(reading, node, path, says, { candidates: words }),
    write: same,
  }
}

export const flag: Kind<boolean> = {
  says: '`true` or `false`',
  schema: { type: 'boolean' },
  read: (node, path, reading) =>
    node.node === 'scalar' && typeof node.value === 'boolean' ? node.value : wrong(reading, node, path, flag.says),
  write: (value) => value,
}

/** The number as it is written, so that nothing is rounded on the way; a number in quotes counts where `quoted` says so. */
function numberText(node: YamlNode, quoted = false): string | undefined {
  if (node.node !== 'scalar') return undefined
  return typeof node.value === 'number' || (quoted && typeof node.value === 'string') ? node.source : undefined
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Kind<number> {
  const bounded = most < Number.MAX_SAFE_INTEGER
  const range = bounded ? `from ${least} to ${most}` : `of ${least} or more`
  const says = least === most ? `the number ${least}` : `a whole number ${range}`
  return {
    says,
    schema: { type: 'integer', minimum: least, ...(bounded && { maximum: most }) },
    read: (node, path, reading) => {
      const value = parseDecimal(numberText(node) ?? '', 0)
      return value !== undefined && value >= least && value <= most ? value : wrong(reading, node, path, says)
    },
    write: (value) => value,
  }
}

/** A share of one: `0.95`. */
export const share: Kind<number> = {
  says: 'a number from 0 to 1',
  schema: { type: 'number', minimum: 0, maximum: 1 },
  read: (node, path, reading) => {
    const value = /^(0|1)(\.\d+)?$/.test(numberText(node) ?? '') ? Number(numberText(node)) : Number.NaN
    return value <= 1 ? value : wrong(reading, node, path, share.says)
  },
  write: (value) => value,
}

/** A price in whole micro-dollars; six decimals on the page. */
export const dollars: Kind<number> = {
  says: 'an amount in dollars with at most six decimals',
  schema: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$' },
    ],
  },
  read: (node, path, reading) =>
    parseDecimal(numberText(node, true) ?? '', 6) ?? wrong(reading, node, path, dollars.says),
  write: (value) => formatDecimal(value, 6),
}

/** Money of the world, in minor units, read from the text that was written. */
export function amount(currency: string): Kind<Money> {
  const decimals = decimalsOf(currency)
  const says = `an amount in ${currency} with at most ${decimals} decimals`
  const fraction = decimals === 0 ? '' : `(\\.[0-9]{1,${decimals}})?`
  return {
    says,
    schema: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: `^(0|[1-9][0-9]*)${fraction}$` },
      ],
    },
    read: (node, path, reading) => readAmount(node, path, reading, currency, says),
    write: formatMoney,
  }
}

function readAmount(node: YamlNode, path: string, reading: Reading, currency: string, says: string): Money | undefined {
  const text = numberText(node, true)
  if (text === undefined) return wrong(reading, node, path, says)
  const found = parseMoney(text, currency)
  if (found.ok) return { minor: found.minor, currency }
  return fault(reading, { message: `\`${path}\` must be ${says}: ${found.message}`, place: node.place, path })
}

function isCurrency(code: string): boolean {
  try {
    return decimalsOf(code) >= 0
  } catch (error) {
    if (error instanceof CharterError) return false
    throw error
  }
}

/** The ending of `max_amount_usd` and its like. */
export function byCurrency<Value>(kindIn: (currency: string) => Kind<Value>, of: (value: Value) => Money): Star<Value> {
  return {
    pattern: '[a-z]{3}',
    examples: ['usd', 'eur', 'gbp'],
    kindFor: (ending) => (isCurrency(ending) ? kindIn(ending) : undefined),
    endingOf: (value) => of(value).currency,
  }
}

/** Milliseconds. */
export const duration: Kind<number> = textual(
  'a time such as `90s`, `4h` or `30d`',
  { pattern: '^[1-9][0-9]*(ms|s|m|min|h|d)$' },
  (text) => (text.startsWith('0') ? undefined : parseDuration(text)),
  formatDuration,
)

export const rate: Kind<Rate> = textual(
  'a rate such as `10/min`',
  { pattern: '^[1-9][0-9]*/(s|min|h|d)$' },
  parseRate,
  formatRate,
)

/** How long something is kept, milliseconds: `30_days`, or as every other time `30d`. */
export const retention: Kind<number> = textual(
  'a time such as `30_days`',
  { pattern: '^[1-9][0-9]*(_days?|ms|s|m|min|h|d)$' },
  (text) => (text.startsWith('0') ? undefined : parseDuration(text.replace(/_days?$/, 'd'))),
  (ms) => (ms % 86_400_000 === 0 ? `${ms / 86_400_000}_days` : formatDuration(ms)),
)

/** A word or a whole number, as an argument can equal it. */
export const literal: Kind<string | number> = {
  says: 'a text or a whole number',
  schema: { type: ['string', 'integer'] },
  read: (node, path, reading) => {
    if (isText(node)) return line.read(node, path, reading)
    const text = numberText(node) ?? ''
    const value = parseDecimal(text.replace(/^-(?=[1-9])/, ''), 0)
    if (value === undefined) return wrong(reading, node, path, literal.says)
    return text.startsWith('-') ? -value : value
  },
  write: (value) => value,
}
