import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export const databases = ['sqlite', 'postgres'] as const
export type Database = (typeof databases)[number]

export interface Options {
  /** A sample only; the counts that are required do not apply. */
  readonly short: boolean
  readonly databases: readonly Database[]
}

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { short, db } = parsed(args)
  const named = databases.filter((database) => db === undefined || database === db)
  if (named.length > 0) return { short, databases: named }
  throw new CharterError('usage', `\`${db}\` is none of ${databases.join(', ')}`, { param: '--db' })
}

function parsed(args: readonly string[]) {
  try {
    const options = { short: { type: 'boolean', default: false }, db: { type: 'string' } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
