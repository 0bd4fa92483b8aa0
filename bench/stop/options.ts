import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'
import { type Database, databases } from '../../test/approvals/place.ts'

export interface Options {
  readonly databases: readonly Database[]
  /** A sample only; the counts that are required do not apply. */
  readonly short: boolean
  /** On each database. */
  readonly stops: number
}

const stopsOf = { short: 10, whole: 204 } as const

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { short, stops = String(short ? stopsOf.short : stopsOf.whole), db } = parse(args)
  const database = databases.find((known) => known === db)
  if (db !== undefined && !database) throw unusable('db', `\`--db\` is sqlite or postgres, not \`${db}\``)
  if (!/^[1-9]\d{0,3}$/.test(stops)) throw unusable('stops', `\`--stops\` is a number from 1 to 9999, not \`${stops}\``)
  return { databases: database ? [database] : databases, short, stops: Number(stops) }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        db: { type: 'string' },
        short: { type: 'boolean', default: false },
        stops: { type: 'string' },
      },
    })
    return values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
