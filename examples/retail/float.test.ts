import assert from 'node:assert/strict'
import { test } from 'node:test'
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
