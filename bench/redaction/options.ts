import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  /** A sample only; the counts that are required do not apply. */
  readonly short: boolean
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  try {
    return parseArgs({ args: [...args], options: { short: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
