/**
 * Money is whole minor units, read from the text that was written: `49.9` in usd is 4990, and `0.755` is refused.
 * No amount is ever multiplied as a float, and none is rounded.
 */
import { z } from 'zod'
import { CharterError, nearest } from '../errors.ts'

export interface Money<Currency extends string = string> {
  /** Cents for usd, whole yen for jpy. Always a safe integer. */
  readonly minor: number
  /** ISO 4217, in lower case. */
  readonly currency: Currency
}

/** What may be written where money is wanted: `'49.90'`, `49.9`, or an amount that was read before. */
export type WrittenMoney<Currency extends string = string> = string | number | Money<Currency>

export interface MoneyOptions {
  /** Default false: an amount below zero is refused. */
  allowNegative?: boolean
  /** The most that the vendor takes in one call, as it would be written: `'500'`. */
  max?: string
}

export type MoneyReading =
  | { readonly ok: true; readonly minor: number }
  | { readonly ok: false; readonly message: string }

/** ISO 4217 where it is not two. Intl says what people print (CLDR), which differs. */
const unusualDecimals: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf'.split(' ').map((c) => [c, 0]),
  ),
  ...Object.fromEntries('bhd iqd jod kwd lyd omr tnd'.split(' ').map((c) => [c, 3])),
  ...Object.fromEntries('clf uyw'.split(' ').map((c) => [c, 4])),
}

/** Intl leaves out units of account, such as clf. */
const currencies: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()),
  ...Object.keys(unusualDecimals),
])

/**
 * A schema for an amount in one currency. Takes a decimal string or a JSON number, gives `{ minor, currency }`, which it
 * takes again. Throws `tool_invalid` for a currency that does not exist.
 */
export function money<const Currency extends string>(
  currency: Currency,
  options: MoneyOptions = {},
): z.ZodType<Money<Currency>, WrittenMoney<Currency>> {
  const maxMinor = limitOf(currency, options)
  const read = (written: unknown, context: z.RefinementCtx) => {
    const reading = readWritten(written, currency, options)
    const message = reading.ok ? tooMuch(reading.minor, maxMinor, currency) : reading.message
    if (reading.ok && message === undefined) return { minor: reading.minor, currency }
    context.addIssue({ code: 'custom', message: message ?? '' })
    return z.NEVER
  }
  return z
    .any()
    .meta(shownToModel(currency, options))
    .transform(read)
    .pipe(z.strictObject({ minor: z.int(), currency: z.literal(currency) }))
    .meta({
      'x-charter': { classification: 'money', currency, ...(maxMinor !== undefined && { max_minor: maxMinor }) },
    })
}

/** Minor units of an amount as it is written, exponents and group separators refused. */
export function parseMoney(text: string, currency: string, options: MoneyOptions = {}): MoneyReading {
  const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  if (parts === null) return no(`${shown(text)} is not an amount: write it in full, such as \`${example(currency)}\``)
  const [, sign = '', whole = '', fraction = ''] = parts
  const decimals = decimalsOf(currency)
  if (fraction.length > decimals) return no(`${shown(text)} has more decimals than ${currency} has (${decimals})`)
  if (sign === '-' && options.allowNegative !== true) return no(`${shown(text)} is negative`)
  const minor = Number(BigInt(sign + whole + fraction.padEnd(decimals, '0')))
  return Number.isSafeInteger(minor) ? { ok: true, minor } : no(`${shown(text)} is too large`)
}

/** As it would be written, with all decimals of its currency: `'49.90'`. */
export function formatMoney({ minor, currency }: Money): string {
  const decimals = decimalsOf(currency)
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** How many decimals the currency has. Throws `tool_invalid` where there is no such currency. */
export function decimalsOf(currency: string): number {
  if (!currencies.has(currency)) {
    const meant = nearest(currency, currencies)
    throw new CharterError('tool_invalid', `there is no currency \`${currency}\``, {
      hint: meant === undefined ? 'use an ISO 4217 code in lower case' : `did you mean \`${meant}\`?`,
      param: 'currency',
    })
  }
  return unusualDecimals[currency] ?? 2
}

function readWritten(written: unknown, currency: string, options: MoneyOptions): MoneyReading {
  if (typeof written === 'string') return parseMoney(written, currency, options)
  if (typeof written === 'number') return parseMoney(String(written), currency, options)
  if (isMoney(written)) return readAgain(written, currency, options)
  return no(`an amount in ${currency} is wanted, such as \`"${example(currency)}"\``)
}

function readAgain(written: Money, currency: string, options: MoneyOptions): MoneyReading {
  if (written.currency !== currency) return no(`an amount in ${currency} is wanted, not in \`${written.currency}\``)
  if (!Number.isSafeInteger(written.minor)) return no(`\`${written.minor}\` is no whole number of minor units`)
  return written.minor < 0 && options.allowNegative !== true
    ? no(`${shown(formatMoney(written))} is negative`)
    : { ok: true, minor: written.minor }
}

function isMoney(written: unknown): written is Money {
  if (typeof written !== 'object' || written === null || Object.keys(written).length !== 2) return false
  return (
    'minor' in written &&
    typeof written.minor === 'number' &&
    'currency' in written &&
    typeof written.currency === 'string'
  )
}

function limitOf(currency: string, options: MoneyOptions): number | undefined {
  decimalsOf(currency)
  if (options.max === undefined) return undefined
  const reading = parseMoney(options.max, currency)
  if (!reading.ok)
    throw new CharterError('tool_invalid', `the most that may be sent: ${reading.message}`, { param: 'max' })
  return reading.minor
}

function tooMuch(minor: number, maxMinor: number | undefined, currency: string): string | undefined {
  if (maxMinor === undefined || minor <= maxMinor) return undefined
  return `${shown(formatMoney({ minor, currency }))} is more than \`${formatMoney({ minor: maxMinor, currency })}\``
}

function shownToModel(currency: string, options: MoneyOptions) {
  const decimals = decimalsOf(currency)
  const sign = options.allowNegative === true ? '-?' : ''
  const fraction = decimals === 0 ? '' : `(\\.[0-9]{1,${decimals}})?`
  return {
    type: ['string', 'number'],
    description: `An amount in ${currency}, such as "${example(currency)}".`,
    pattern: `^${sign}(0|[1-9][0-9]*)${fraction}$`,
  }
}

const example = (currency: string) => formatMoney({ minor: 4990, currency })
const shown = (text: string) => `\`${text.length > 40 ? `${text.slice(0, 40)}…` : text}\``
const no = (message: string): MoneyReading => ({ ok: false, message })
