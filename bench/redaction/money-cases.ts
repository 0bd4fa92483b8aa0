/** Accounts and cards, with check digits worked out here and not by the product. */
import type { Random } from '../tau-retail/random.ts'
import { alphanumeric, digits, type Generator, grouped, otherDigit, pick, text, upper } from './case.ts'

type Account = readonly [country: string, shape: string]
type Issuer = readonly [prefix: string, length: number]

/** Country, and what its accounts are made of after the check digits: `n` a digit, `a` a letter, `c` either. */
const accounts: readonly [Account, ...Account[]] = [
  ['DE', 'n18'],
  ['FR', 'n10c11n2'],
  ['GB', 'a4n14'],
  ['NL', 'a4n10'],
  ['ES', 'n20'],
  ['IT', 'a1n10c12'],
  ['CH', 'n5c12'],
  ['SE', 'n20'],
  ['PL', 'n24'],
  ['NO', 'n11'],
  ['AT', 'n16'],
  ['BE', 'n12'],
]

const alphabets: Readonly<Record<string, string>> = { n: '0123456789', a: upper, c: `${upper}0123456789` }

function iban(random: Random): string {
  const [country, shape] = pick(random, accounts)
  const body = [...shape.matchAll(/([nac])(\d+)/g)]
    .map(([, kind = 'n', length]) => text(random, alphabets[kind] ?? '', Number(length)))
    .join('')
  const number = [...`${body}${country}00`].map((character) => Number.parseInt(character, 36)).join('')
  return `${country}${String(98n - (BigInt(number) % 97n)).padStart(2, '0')}${body}`
}

function written(random: Random, account: string): string {
  return pick(random, [account, grouped(account, 4, ' '), account.toLowerCase(), grouped(account, 4, '-')])
}

export const ibanCases: Generator = {
  name: 'iban',
  positive: (random) => ({ value: written(random, iban(random)) }),
  negative(random) {
    const account = iban(random)
    const wrong = `${account.slice(0, 2)}${String(((Number(account.slice(2, 4)) + 7) % 90) + 2).padStart(2, '0')}${account.slice(4)}`
    const written = (value: string) => (random.below(2) === 0 ? value : grouped(value, 4, ' '))
    // Parted in groups, a longer one would begin with an account that is right.
    const misses = [written(wrong), `${account}${digits(random, 2)}`, written(account.slice(0, -3))] as const
    return { value: pick(random, [...misses, written(`US${digits(random, 22)}`)]) }
  },
}

/** The first digits of an issuer, and how many digits there are. */
const issuers: readonly [Issuer, ...Issuer[]] = [
  ['4', 16],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['65', 16],
  ['3530', 16],
  ['36', 14],
]

function card(random: Random, [prefix, length]: Issuer = pick(random, issuers)): string {
  const head = `${prefix}${digits(random, length - prefix.length - 1)}`
  const sum = [...head].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + Math.floor(doubled / 10) + (doubled % 10)
  }, 0)
  return `${head}${(10 - (sum % 10)) % 10}`
}

export const cardCases: Generator = {
  name: 'card',
  positive(random) {
    const number = card(random)
    return { value: pick(random, [number, grouped(number, 4, ' '), grouped(number, 4, '-')]) }
  },
  negative(random) {
    const number = card(random)
    const misses = [
      () => `${number.slice(0, -1)}${otherDigit(random, number.at(-1))}`,
      () => card(random, [pick(random, ['1', '7', '90', '81']), 16]),
      () =>
        `${digits(random, 8)}-${number.slice(0, 4)}-${number.slice(4, 8)}-${number.slice(8, 12)}-${text(random, 'abcdef', 12)}`,
      () => `0.${number}`,
      () => `ch_${number}${text(random, alphanumeric, 4)}`,
    ] as const
    return { value: pick(random, misses)() }
  },
}
