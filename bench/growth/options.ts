import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export type Database = 'sqlite' | 'postgres'

/** How far each thing grows, and how often one more write is timed at each point. */
export interface Sizes {
  /** Actions that a run has had before. */
  readonly sameRun: readonly number[]
  /** Events of other runs that the ledger holds. */
  readonly otherRuns: readonly number[]
  /** Effects that the limit's window holds; they lie in the largest of the ledgers above. */
  readonly inWindow: readonly number[]
  /** Samples of each point: one more write after people agreed, and one straight after another. */
  readonly samples: number
}

export interface Options {
  readonly databases: readonly Database[]
  readonly short: boolean
  readonly sizes: Sizes
}

const whole: Sizes = {
  sameRun: [10, 10_000],
  otherRuns: [1_000, 10_000, 100_000, 1_000_000],
  inWindow: [100, 1_000, 10_000, 100_000],
  samples: 500,
}

/** For a run of a minute or so: far smaller, and with too few samples for a 95th percentile to mean much. */
const short: Sizes = {
  sameRun: [10, 300],
  otherRuns: [1_000, 20_000],
  inWindow: [20, 2_000],
  samples: 50,
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { db, short: isShort } = parse(args)
  const sizes = isShort ? short : whole
  if (db === undefined) return { databases: ['sqlite', 'postgres'], short: isShort, sizes }
  if (db !== 'sqlite' && db !== 'postgres') throw unusable('db', `\`--db\` is sqlite or postgres, not \`${db}\``)
  return { databases: [db], short: isShort, sizes }
}

function parse(args: readonly string[]) {
  try {
    const options = { db: { type: 'string' }, short: { type: 'boolean', default: false } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
