/**
 * What a verb takes, declared once: help, completion, reading, the missing value and the type of what `run` gets all
 * come from here.
 */

import { parseDecimal } from '../charter/decimal.ts'
import { parseDuration } from '../duration.ts'
import { CharterError, nearest } from '../errors.ts'

/** As commander hands it over; nothing where it was not given. */
export type Raw = string | boolean | readonly string[] | undefined

export interface Option<Value> {
  /** `--reason <text>` */
  readonly flags: string
  readonly about: string
  /** Given more than once, it is a list. */
  readonly repeats?: boolean
  readonly choices?: readonly string[]
  /** The variable that stands in for the option. */
  readonly env?: string
  /** It must be there: the example stands in the invocation that is printed when it is not. */
  readonly example?: string
  read(raw: Raw): Value
}

export interface Argument<Value> {
  /** `<run>`, `[file]`, `[files...]` around the name that the record gives it. */
  readonly shape: 'one' | 'perhaps' | 'some'
  readonly about: string
  readonly choices?: readonly string[]
  readonly example?: string
  read(raw: Raw): Value
}

export type Options = Readonly<Record<string, Option<unknown>>>
export type Arguments = Readonly<Record<string, Argument<unknown>>>

/** What `run` is given: arguments and options under the names of their records. */
export type Given<A extends Arguments, O extends Options> = {
  readonly [Name in keyof A]: ReturnType<A[Name]['read']>
} & { readonly [Name in keyof O]: ReturnType<O[Name]['read']> }

const textOf = (raw: Raw): string | undefined => (typeof raw === 'string' ? raw : undefined)

export const flag = (flags: string, about: string): Option<boolean> => ({ flags, about, read: (raw) => raw === true })

/** `--no-wait`: true unless it is given. */
export const unless = (flags: string, about: string): Option<boolean> => ({
  flags,
  about,
  read: (raw) => raw !== false,
})

export const text = (flags: string, about: string): Option<string | undefined> => ({ flags, about, read: textOf })

export const several = (flags: string, about: string): Option<readonly string[]> => ({
  flags,
  about,
  repeats: true,
  read: (raw) => (Array.isArray(raw) ? raw : []),
})

export function choice<const Choice extends string>(
  flags: string,
  about: string,
  choices: readonly Choice[],
): Option<Choice | undefined> {
  return { flags, about, choices, read: (raw) => pick(textOf(raw), choices, flags) }
}

export const whole = (flags: string, about: string): Option<number | undefined> => ({
  flags,
  about,
  read: (raw) => readAs(textOf(raw), flags, 'a whole number such as 50', (given) => wholeNumber(given)),
})

/** In micro-dollars, from the digits that were typed. */
export const money = (flags: string, about: string): Option<number | undefined> => ({
  flags,
  about,
  read: (raw) => readAs(textOf(raw), flags, 'an amount in dollars such as 0.25', (given) => parseDecimal(given, 6)),
})

export const span = (flags: string, about: string): Option<number | undefined> => ({
  flags,
  about,
  read: (raw) => readAs(textOf(raw), flags, 'a time such as 30s, 4h or 30d', parseDuration),
})

export function withDefault<Value>(option: Option<Value | undefined>, fallback: Value): Option<Value> {
  return {
    ...option,
    about: `${option.about} (default: ${String(fallback)})`,
    read: (raw) => option.read(raw) ?? fallback,
  }
}

export const fromEnv = <Value>(option: Option<Value>, env: string): Option<Value> => ({
  ...option,
  about: `${option.about} (or ${env})`,
  env,
})

/** Asked for on a terminal; elsewhere its absence ends the command with the invocation that would have done. */
export function needed<Value>(option: Option<Value | undefined>, example: string): Option<Value> {
  return {
    ...option,
    example,
    read: (raw) => {
      const value = option.read(raw)
      if (value !== undefined) return value
      throw new CharterError('usage', `\`${option.flags}\` is missing`, { param: option.flags })
    },
  }
}

export const one = (about: string, example: string, choices?: readonly string[]): Argument<string> => ({
  shape: 'one',
  about,
  example,
  ...(choices && { choices }),
  read: (raw) => {
    const given = textOf(raw) ?? ''
    return choices ? (pick(given, choices, 'argument') ?? given) : given
  },
})

export const perhaps = (about: string, choices?: readonly string[]): Argument<string | undefined> => ({
  shape: 'perhaps',
  about,
  ...(choices && { choices }),
  read: (raw) => (choices ? pick(textOf(raw), choices, 'argument') : textOf(raw)),
})

export const some = (about: string): Argument<readonly string[]> => ({
  shape: 'some',
  about,
  read: (raw) => (Array.isArray(raw) ? raw : []),
})

function pick<Choice extends string>(
  given: string | undefined,
  choices: readonly Choice[],
  param: string,
): Choice | undefined {
  if (given === undefined) return undefined
  const known = choices.find((candidate) => candidate === given)
  if (known !== undefined) return known
  const near = nearest(given, choices)
  throw new CharterError('usage', `\`${given}\` is none of ${choices.join(', ')}`, {
    param,
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  })
}

function readAs<Value>(
  given: string | undefined,
  param: string,
  wanted: string,
  read: (text: string) => Value | undefined,
): Value | undefined {
  if (given === undefined) return undefined
  const value = read(given)
  if (value !== undefined) return value
  throw new CharterError('usage', `\`${given}\` is not ${wanted}`, { param })
}

function wholeNumber(given: string): number | undefined {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}
