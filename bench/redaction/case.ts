/** One payload: a value of a class, or something that only looks like one, and the text that it stands in. */
import type { Random } from '../tau-retail/random.ts'

export interface Drawn {
  /** What must not be shown; of a near miss what must stay as it is. */
  readonly value: string
  /** What stands right before and behind it, where that is part of the class: `phone: `. */
  readonly before?: string
  readonly behind?: string
}

export interface Generator {
  readonly name: string
  positive(random: Random): Drawn
  negative(random: Random): Drawn
}

export const pick = <Member>(random: Random, members: readonly [Member, ...Member[]]): Member =>
  members[random.below(members.length)] ?? members[0]

export const text = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(random.below(alphabet.length))).join('')

export const digits = (random: Random, length: number): string => text(random, '0123456789', length)
export const lower = 'abcdefghijklmnopqrstuvwxyz'
export const upper = lower.toUpperCase()
export const alphanumeric = `${lower}${upper}0123456789`

/** In groups of so many, parted. */
export const grouped = (value: string, size: number, parted: string): string =>
  value.match(new RegExp(`.{1,${size}}`, 'g'))?.join(parted) ?? value

/** Another digit than the one that stands there. */
export const otherDigit = (random: Random, digit: string | undefined): string =>
  String((Number(digit) + 1 + random.below(9)) % 10)
