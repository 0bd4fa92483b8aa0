import { parseArgs } from 'node:util'
import { CharterError } from '../src/errors.ts'
import { errorMessage } from '../src/tools/error-message.ts'

/** Whether a sample is enough: counts that are required do not apply then, zeros do. */
export interface ShortOption {
  readonly short: boolean
}

/** Of a bench that knows no other option. Throws `usage`. */
export function readShortOption(args: readonly string[]): ShortOption {
  try {
    return parseArgs({ args: [...args], options: { short: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
