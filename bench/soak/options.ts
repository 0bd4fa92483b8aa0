import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export type Database = 'sqlite' | 'postgres'

export interface Options {
  readonly database: Database
  readonly minutes: number
  readonly short: boolean
}

const usualMinutes = 30

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { db, minutes, short } = parse(args)
  if (db !== 'sqlite' && db !== 'postgres') throw unusable('db', `\`--db\` is sqlite or postgres, not \`${db}\``)
  if (!/^[1-9]\d{0,3}$/.test(minutes))
    throw unusable('minutes', `\`--minutes\` is a number above zero, not \`${minutes}\``)
  return { database: db, minutes: short ? 1 : Number(minutes), short }
}

function parse(args: readonly string[]) {
  try {
    const options = {
      db: { type: 'string', default: 'sqlite' },
      minutes: { type: 'string', default: String(usualMinutes) },
      short: { type: 'boolean', default: false },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
