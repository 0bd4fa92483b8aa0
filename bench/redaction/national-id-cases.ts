/** National numbers of people, each with its check digits worked out here, and the same with a wrong one. */
import type { Random } from '../tau-retail/random.ts'
import { digits, type Generator, pick, text, upper } from './case.ts'

interface Made {
  readonly value: string
  /** The characters that the check is: another there is no number of anybody's. */
  readonly checks: readonly [from: number, to: number]
}

const pad = (value: number | bigint, length: number) => String(value).padStart(length, '0')
const date = (random: Random) => ({
  year: pad(40 + random.below(60), 2),
  month: pad(1 + random.below(12), 2),
  day: pad(1 + random.below(28), 2),
})
const weigh = (number: string, weights: readonly number[]) =>
  [...number].reduce((sum, digit, index) => sum + Number(digit) * (weights[index] ?? 0), 0)
const ended = (body: string, check: string): Made => ({
  value: `${body}${check}`,
  checks: [body.length, body.length + check.length],
})

const makers: readonly [(random: Random) => Made, ...((random: Random) => Made)[]] = [
  function spanish(random) {
    const number = digits(random, 8)
    return ended(number, 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(Number(number) % 23))
  },
  function brazilian(random) {
    const body = digits(random, 9)
    const check = (number: string) => {
      const rest =
        11 -
        (weigh(
          number,
          Array.from(number, (_, index) => number.length + 1 - index),
        ) %
          11)
      return rest > 9 ? '0' : String(rest)
    }
    const both = `${check(body)}${check(`${body}${check(body)}`)}`
    return ended(`${body.slice(0, 3)}.${body.slice(3, 6)}.${body.slice(6)}-`, both)
  },
  function polish(random) {
    const { year, month, day } = date(random)
    const body = `${year}${month}${day}${digits(random, 4)}`
    return ended(body, String((10 - (weigh(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10))
  },
  function swedish(random) {
    const { year, month, day } = date(random)
    const body = `${year}${month}${day}${digits(random, 3)}`
    const sum = [...body].reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
      return total + Math.floor(doubled / 10) + (doubled % 10)
    }, 0)
    return ended(`${body.slice(0, 6)}-${body.slice(6)}`, String((10 - (sum % 10)) % 10))
  },
  function finnish(random) {
    const { year, month, day } = date(random)
    const body = `${day}${month}${year}`
    const number = pad(2 + random.below(898), 3)
    return ended(`${body}-${number}`, '0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(`${body}${number}`) % 31))
  },
  function swiss(random) {
    const body = `756${digits(random, 9)}`
    const check = (10 - (weigh(body, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10
    return ended(`756.${body.slice(3, 7)}.${body.slice(7, 11)}.${body.slice(11)}`, String(check))
  },
  function belgian(random) {
    const { year, month, day } = date(random)
    const serial = pad(1 + random.below(997), 3)
    const check = 97 - (Number(`${year}${month}${day}${serial}`) % 97)
    return ended(`${year}.${month}.${day}-${serial}.`, pad(check, 2))
  },
  function french(random) {
    const { year, month } = date(random)
    const body = `${1 + random.below(2)}${year}${month}${pad(1 + random.below(95), 2)}${digits(random, 6)}`
    return ended(body, pad(97n - (BigInt(body) % 97n), 2))
  },
  function italian(random) {
    const { year } = date(random)
    const letters = text(random, upper, 6)
    const body = `${letters}${year}${pick(random, ['A', 'C', 'M', 'T'])}${pad(1 + random.below(28), 2)}${text(random, upper, 1)}${digits(random, 3)}`
    const odd = '1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23'.split(' ').map(Number)
    const sum = [...body].reduce((total, character, index) => {
      const value = /\d/.test(character) ? Number(character) : upper.indexOf(character)
      return total + (index % 2 === 0 ? (odd[value] ?? 0) : value)
    }, 0)
    return ended(body, upper.charAt(sum % 26))
  },
]

export const nationalIdCases: Generator = {
  name: 'national_id',
  positive: (random) => ({ value: pick(random, makers)(random).value }),
  negative(random) {
    const { value, checks } = pick(random, makers)(random)
    return { value: `${value.slice(0, checks[0])}${another(value.slice(...checks))}${value.slice(checks[1])}` }
  },
}

/** The next character, so that it is surely not the same. */
const another = (check: string): string =>
  [...check]
    .map((character) =>
      /\d/.test(character) ? String((Number(character) + 1) % 10) : upper.charAt((upper.indexOf(character) + 1) % 26),
    )
    .join('')
