/** E-mail addresses, phone numbers, and what is written like them. */
import type { Random } from '../tau-retail/random.ts'
import { type Drawn, digits, type Generator, lower, pick, text } from './case.ts'

const word = (random: Random, least = 3) => text(random, lower, least + random.below(6))
const endings = ['com', 'org', 'de', 'co.uk', 'io', 'example', 'fr', 'museum'] as const

export const emailCases: Generator = {
  name: 'email',
  positive(random) {
    const local = pick(random, [
      `${word(random)}.${word(random)}`,
      `${word(random)}${digits(random, 4)}`,
      `${word(random)}+${word(random)}`,
      `${word(random, 1)}_${word(random)}`,
      `${word(random)}-${digits(random, 4)}`,
      `O'${word(random)}`,
      word(random, 1),
    ])
    const host = pick(random, [word(random), `mail.${word(random)}`, `${word(random)}-${word(random)}`])
    const address = `${local}@${host}.${pick(random, endings)}`
    const around: Omit<Drawn, 'value'> = pick<Omit<Drawn, 'value'>>(random, [
      {},
      { before: '<', behind: '>' },
      { before: 'mailto:' },
      { before: '"', behind: '"' },
    ])
    return { value: address, ...around }
  },
  negative(random) {
    const misses = [
      `@${word(random)}`,
      `${word(random)}@${random.below(9)}.${random.below(30)}.${random.below(9)}`,
      `${word(random)}@${word(random)}`,
      `git@${word(random)}.com:${word(random)}/${word(random)}.git`,
      `${word(random)}@2x.png`,
      `${word(random)} at ${word(random)} dot com`,
      `${word(random)} @ ${word(random)}.com`,
      `https://${word(random)}.social/@${word(random)}`,
    ] as const
    return { value: pick(random, misses) }
  },
}

const two = (random: Random) => 2 + random.below(8)
const american = (random: Random) =>
  [`${two(random)}${digits(random, 2)}`, `${two(random)}${digits(random, 2)}`, digits(random, 4)] as const

export const phoneCases: Generator = {
  name: 'phone',
  positive(random) {
    const [area, exchange, line] = american(random)
    const country = pick(random, ['49', '44', '33', '39', '91', '81', '351', '46'])
    const rest = `${1 + random.below(9)}${digits(random, 8)}`
    const forms: readonly [Drawn, ...Drawn[]] = [
      { value: `(${area}) ${exchange}-${line}` },
      { value: `${area}-${exchange}-${line}` },
      { value: `${area}.${exchange}.${line}` },
      { value: `+1 ${area} ${exchange} ${line}` },
      { value: `+${country}${rest}` },
      { value: `+${country} ${rest.slice(0, 3)} ${rest.slice(3, 6)} ${rest.slice(6)}` },
      { value: `+${country}-${rest.slice(0, 2)}-${rest.slice(2)}` },
      { value: `0${rest.slice(0, 3)} ${rest.slice(3)}` },
      { value: `0${rest.slice(0, 2)}/${rest.slice(2)}` },
      { value: `00${country} ${rest.slice(0, 4)} ${rest.slice(4)}` },
      {
        value: `${area}${exchange}${line}`,
        before: pick(random, ['phone: ', 'tel ', 'Mobile number: ', 'call me at ']),
      },
    ]
    return pick(random, forms)
  },
  negative(random) {
    const misses = [
      `20${digits(random, 2)}-0${1 + random.below(9)}-1${random.below(10)}`,
      `0${1 + random.below(9)}.1${random.below(3)}.2024`,
      `0${1 + random.below(9)}/12/2025`,
      `#W${digits(random, 7)}`,
      `order ${1 + random.below(9)}${digits(random, 9)}`,
      `192.168.${random.below(256)}.${random.below(256)}`,
      `10.0.${10_000 + random.below(9_999)}.${1_000 + random.below(8_999)}`,
      `978-3-16-${digits(random, 6)}-${random.below(10)}`,
      `112-${digits(random, 7)}-${digits(random, 7)}`,
      `${digits(random, 5)}-${digits(random, 4)}`,
      `1${digits(random, 2)}-${digits(random, 3)}-${digits(random, 4)}`,
      `$${1 + random.below(9)},${digits(random, 3)},${digits(random, 3)}.00`,
      `T10:${10 + random.below(49)}:00+02:00`,
      `+${digits(random, 3)}`,
    ] as const
    return { value: pick(random, misses) }
  },
}
