import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { floatText, roundToCents } from './float.ts'

test('a tie is rounded to the even cent, anything else to the nearer one', () => {
  const cases = [
    [0.125, 0.12],
    [0.375, 0.38],
    [-0.125, -0.12],
    [-0.375, -0.38],
    [2.675, 2.67], // in binary a little less than it looks
    [1.005, 1],
    [10.126, 10.13],
    [1e21, 1e21],
  ] as const
  for (const [amount, cents] of cases) assert.equal(roundToCents(amount), cents, `${amount}`)
})

test('a float reads as Python writes it', () => {
  const cases = [
    [327, '327.0'],
    [-9.5, '-9.5'],
    [-0, '-0.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-14, '1.5e-14'],
    [12e16, '1.2e+17'],
    [1e15, '1000000000000000.0'],
  ] as const
  for (const [value, text] of cases) assert.equal(floatText(value), text)
})

test('rounding agrees with exact arithmetic on every float that whole numbers can express', () => {
  const numerators = fc.integer({ min: -1e9, max: 1e9 })
  const powers = fc.integer({ min: 0, max: 20 })
  fc.assert(
    fc.property(numerators, powers, (numerator, power) => {
      assert.equal(roundToCents(numerator / 2 ** power) + 0, roundedExactly(numerator, power) + 0)
    }),
  )
})

/** Cents of `numerator / 2^power` in whole numbers, the half to the even neighbour. */
function roundedExactly(numerator: number, power: number): number {
  const unit = 2n ** BigInt(power)
  const hundredfold = 100n * BigInt(Math.abs(numerator))
  const below = hundredfold / unit
  const twiceRest = 2n * (hundredfold % unit)
  const up = twiceRest > unit || (twiceRest === unit && below % 2n === 1n)
  return (Math.sign(numerator) * Number(up ? below + 1n : below)) / 100
}
