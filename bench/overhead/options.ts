import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'

export interface Options {
  /** Fewer rounds, no big ledger: the counts that are required do not apply. */
  readonly short: boolean
  readonly rounds: number
  /** Of each load in each round. */
  readonly seconds: number
  /** The ledger in which judging is timed holds at least so many. */
  readonly events: number
  readonly judged: number
  /** Only these peers; all that are installed unless said otherwise. */
  readonly peers: readonly string[] | undefined
  /** Install them first. */
  readonly installPeers: boolean
}

const full = { rounds: '7', seconds: '2.5', events: '1000000', judged: '20000' }
const brief = { rounds: '1', seconds: '0.7', events: '0', judged: '2000' }

/** Throws `usage`. */
export function readOptions(args: readonly string[]): Options {
  const { short, peers, 'install-peers': installPeers, ...given } = parse(args)
  const { rounds, seconds, events, judged } = { ...(short ? brief : full), ...given }
  return {
    short,
    rounds: number('rounds', rounds),
    seconds: number('seconds', seconds),
    events: number('events', events),
    judged: number('judged', judged),
    peers: peers === undefined ? undefined : peers.split(',').filter((name) => name !== ''),
    installPeers,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        judged: { type: 'string' },
        peers: { type: 'string' },
        'install-peers': { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}

function number(param: string, written: string): number {
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written)
  throw new CharterError('usage', `\`--${param}\` takes a number, not \`${written}\``, { param })
}
