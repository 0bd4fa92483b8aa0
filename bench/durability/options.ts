import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  /** Of one recording: at least so many callers are answered. */
  readonly answers: number
  readonly cuts: number
  /** A sample only: counts that are required do not apply, zeros do. */
  readonly short: boolean
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({ args: [...args], options: { short: { type: 'boolean', default: false } } })
    return values.short ? { answers: 120, cuts: 40, short: true } : { answers: 450, cuts: 220, short: false }
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
