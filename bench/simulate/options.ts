import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  /** A sample only; the counts that are required do not apply. */
  readonly short: boolean
  /** Worlds that are played on the product as it is. */
  readonly seeds: number
  /** Milliseconds after which a lane begins no further world. */
  readonly forMs: number
  /** Faults that are planted, the first ones after a rotation by the seed; all of them unless said otherwise. */
  readonly plants: number
  readonly lanes: number
  /** One world to tell, in place of all that. */
  readonly only: string | undefined
}

const whole = { seeds: 12_000, forMs: 2 * 3_600_000, plants: Number.POSITIVE_INFINITY }
const short = { seeds: 400, forMs: 25_000, plants: 3 }

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { seeds, plants, lanes, only, short: isShort } = parse(args)
  const usual = isShort ? short : whole
  return {
    ...usual,
    short: isShort,
    seeds: seeds === undefined ? usual.seeds : countOf('seeds', seeds),
    plants: plants === undefined ? usual.plants : countOf('plants', plants),
    lanes: lanes === undefined ? Math.min(4, availableParallelism()) : countOf('lanes', lanes),
    only,
  }
}

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const
    const options = {
      seeds: text,
      plants: text,
      lanes: text,
      only: text,
      short: { type: 'boolean', default: false },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}

function countOf(param: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new CharterError('usage', `\`--${param}\` is a whole number, not \`${text}\``, { param })
}
