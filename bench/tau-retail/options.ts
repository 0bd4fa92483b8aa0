import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export type Database = 'sqlite' | 'postgres'

export interface Options {
  readonly database: Database
  /** A sample only; the counts that are required do not apply. */
  readonly short: boolean
  /** Processes side by side, each with a shop of its own. */
  readonly lanes: number
  /** A file of cases to play in place of all that the seed makes. */
  readonly cases: string | undefined
  /** Where the final stores of those cases go. */
  readonly out: string
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { db, short, lanes, cases, out } = parse(args)
  if (db !== 'sqlite' && db !== 'postgres') throw unusable('db', `\`--db\` is sqlite or postgres, not \`${db}\``)
  if (!/^[1-9]\d?$/.test(lanes)) throw unusable('lanes', `\`--lanes\` is a number from 1 to 99, not \`${lanes}\``)
  return { database: db, short, lanes: Number(lanes), cases, out }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        db: { type: 'string', default: 'sqlite' },
        short: { type: 'boolean', default: false },
        lanes: { type: 'string', default: String(Math.min(4, availableParallelism())) },
        cases: { type: 'string' },
        out: { type: 'string', default: 'retail-stores' },
      },
    })
    return values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
