/**
 * A new day at the desk. The ledger remembers every demo, and would (rightly) not refund one invoice twice within
 * thirty days, so each demo gets customers, invoices and tickets of its own: those of `../data`, numbered anew.
 */
import { type DeskData, readData, seed, shopFolder } from '../desk/seed.ts'
import { openStore, transact } from '../desk/store.ts'

export interface Day {
  /** The number of today for one that stands in `../data`: `in_93K2` is `in_93K2-2` on the second day. */
  numbered(id: string): string
}

/** Brings the data into the desk's file. `isKnown` says whether a ticket was worked before, by any desk. */
export async function openDay(file: string, isKnown: (ticket: string) => Promise<boolean>): Promise<Day> {
  const data = readData(shopFolder)
  const [first] = data.tickets
  const store = openStore(file, () => ({ ...emptyShop, documents: data.documents }), Date.now)
  try {
    for (let day = 1; ; day++) {
      const numbered = (id: string) => (day === 1 ? id : `${id}-${day}`)
      const ticket = numbered(first?.id ?? '')
      if (store.sql.get`select id from tickets where id = ${ticket}` || (await isKnown(ticket))) continue
      transact(store, () => seed(store, { ...renumber(data, numbered), documents: [] }))
      return { numbered }
    }
  } finally {
    store.database.close()
  }
}

const emptyShop: DeskData = { customers: [], invoices: [], tickets: [], documents: [] }

/** In the words of the tickets too. */
function renumber(data: DeskData, numbered: (id: string) => string): DeskData {
  return JSON.parse(JSON.stringify(data).replace(/\b(?:ZD-\d+|in_\w+|c_\d+)\b/g, numbered))
}
