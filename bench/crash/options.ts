import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'
import type { Database } from './play.ts'

export interface Options {
  /** Of engines, over all databases together. */
  readonly kills: number
  /** Of the PostgreSQL server. */
  readonly serverKills: number
  readonly databases: readonly Database[]
  /** A sample only: counts that are required do not apply, zeros do. */
  readonly short: boolean
}

const long = { kills: 1_000, serverKills: 10 }
const brief = { kills: 50, serverKills: 3 }

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { kills, db, short } = parse(args)
  if (db !== undefined && db !== 'sqlite' && db !== 'postgres')
    throw unusable('db', `\`--db\` is sqlite or postgres, not \`${db}\``)
  if (kills !== undefined && !/^[1-9]\d{0,5}$/.test(kills))
    throw unusable('kills', `\`--kills\` is a number above zero, not \`${kills}\``)
  const form = short ? brief : long
  return {
    kills: kills === undefined ? form.kills : Number(kills),
    serverKills: form.serverKills,
    databases: db === undefined ? ['sqlite', 'postgres'] : [db],
    short,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { kills: { type: 'string' }, db: { type: 'string' }, short: { type: 'boolean', default: false } },
    })
    return values
  } catch (error) {
    throw unusable('options', errorMessage(error))
  }
}

const unusable = (param: string, message: string): CharterError => new CharterError('usage', message, { param })
