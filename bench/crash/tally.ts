/** What one database came to: the vendor, the ledger and the callers heard, the ledger verified. */
import { openHouse } from '../../src/create-runtime.ts'
import type { Acknowledgement } from '../depot/callers.ts'
import { ledgerVerifies } from '../depot/ledger-verifies.ts'
import { openVendorStore } from '../depot/vendor-store.ts'
import { lostAcknowledgements } from './acknowledged.ts'
import { type Compared, compare, wrongWords } from './compare.ts'
import { readHistories } from './effect-history.ts'
import type { Played } from './play.ts'

export interface Tally extends Compared {
  readonly acknowledgements: number
  readonly lostAcknowledged: readonly string[]
  readonly vendorArrivals: number
  readonly vendorCommits: number
  readonly runs: number
  readonly events: number
  readonly unfinishedRuns: readonly string[]
  /** What runs said of their writes that is not what the vendor did. */
  readonly wrongWords: readonly string[]
  /** Orders that were started as more than one run. */
  readonly doubledRuns: readonly string[]
  readonly verified: boolean
}

export async function tallyOf({ place, vendorFile, kills, callers }: Played): Promise<Tally> {
  const { acknowledgements } = callers
  const vendor = openVendorStore(vendorFile)
  const arrivals = vendor.arrivals()
  const commits = vendor.commits()
  vendor.close()
  const house = await openHouse(place)
  try {
    const histories = await readHistories((after, most) => house.ledger.tail(house.tenant, after, most))
    const runs = [...histories.runs.values()]
    const compared = compare({ arrivals, commits, histories, kills })
    return {
      ...compared,
      acknowledgements: acknowledgements.length,
      lostAcknowledged: await lostAcknowledgements(house, acknowledgements),
      vendorArrivals: arrivals.length,
      vendorCommits: commits.length,
      runs: runs.length,
      events: histories.events,
      unfinishedRuns: runs.filter(({ status }) => status !== 'done').map(({ run, status }) => `${run}: ${status}`),
      wrongWords: wordsOf(acknowledgements, new Map(commits.map(({ receipt, business }) => [receipt, business]))),
      doubledRuns: doubled(runs.map(({ startKey }) => startKey)),
      verified: ledgerVerifies(place),
    }
  } finally {
    await house.close()
  }
}

function wordsOf(acknowledgements: readonly Acknowledgement[], businessOf: ReadonlyMap<string, string>): string[] {
  const orders = new Map(
    acknowledgements.flatMap((told) => (told.told === 'started' ? [[told.run, told.order] as const] : [])),
  )
  return acknowledgements.flatMap((told) => {
    const order = orders.get(told.run)
    if (told.told !== 'settled' || told.result.status !== 'done' || !order) return []
    return wrongWords(order, told.result.output, businessOf)
  })
}

function doubled(keys: readonly (string | undefined)[]): string[] {
  const named = keys.filter((key) => key !== undefined)
  return named.filter((key, place) => named.indexOf(key) !== place)
}
