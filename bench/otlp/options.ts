import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  readonly short: boolean
  /** So many runs; each has a little over twenty spans. */
  readonly runs: number
  /** The fewest spans and restarts that the bench is content with. */
  readonly aims: { readonly spans: number; readonly restarts: number }
  /** Read by our own decoder even where the real collector can be built. */
  readonly decoder: boolean
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { short, decoder } = parse(args)
  if (short) return { short, decoder, runs: 130, aims: { spans: 2_500, restarts: 1 } }
  return { short, decoder, runs: 950, aims: { spans: 20_000, restarts: 3 } }
}

function parse(args: readonly string[]) {
  try {
    const options = {
      short: { type: 'boolean', default: false },
      decoder: { type: 'boolean', default: false },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
