import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  readonly short: boolean
  readonly runs: number
  /** Runs opened and pages listed, each. */
  readonly samples: number
  /** Runs replayed. */
  readonly replayed: number
  /** A folder whose ledger is kept, and taken as it stands where an earlier call filled it. */
  readonly keep: string | undefined
}

const long = { runs: 20_200, samples: 500, replayed: 1_000 }
const brief = { runs: 500, samples: 100, replayed: 60 }

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { short, keep, runs } = parse(args)
  if (runs !== undefined && !/^[1-9]\d{0,6}$/.test(runs))
    throw unusable('runs', `\`--runs\` is a number above zero, not \`${runs}\``)
  return { ...(short ? brief : long), ...(runs !== undefined && { runs: Number(runs) }), short, keep }
}

function parse(args: readonly string[]) {
  try {
    const options = {
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      keep: { type: 'string' },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
