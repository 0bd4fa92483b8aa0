/** How long the pages of a run keep its content: read from the pages as they were applied. */
import { charterStream, type PageText, readAppliedPage } from '../charter/applied-page.ts'
import type { House } from '../commands/house.ts'
import { isPayloadRef } from '../ledger/event.ts'
import type { RunRow } from '../ledger/reads.ts'
import type { Terms } from './retention-class.ts'

type PageOf = Pick<RunRow, 'environment' | 'agent' | 'charter'>

/** Reads each page once, for as long as one sweep lasts. */
export class PageTerms {
  readonly #house: House
  readonly #known = new Map<string, Promise<Terms>>()
  readonly #inForce = new Map<string, Promise<string | undefined>>()

  constructor(house: House) {
    this.#house = house
  }

  /** Of the page that the run pinned, and of the one now in force. */
  async of(run: PageOf): Promise<readonly Terms[]> {
    const { agent, environment } = run
    const name = `${environment}:${agent}`
    const inForce = this.#inForce.get(name) ?? this.#pageInForce(environment, agent)
    this.#inForce.set(name, inForce)
    const pages = new Set([run.charter, (await inForce) ?? run.charter])
    return Promise.all([...pages].map((charter) => this.#terms({ agent, environment, charter })))
  }

  async #pageInForce(environment: string, agent: string): Promise<string | undefined> {
    const { ledger, tenant } = this.#house
    const { inForce } = await ledger.find(tenant, { inForce: { read: 'charter', agent, environment } })
    return inForce?.charter
  }

  #terms(page: PageOf): Promise<Terms> {
    const name = `${page.environment}:${page.agent} ${page.charter}`
    const known = this.#known.get(name) ?? this.#read(page)
    this.#known.set(name, known)
    return known
  }

  async #read({ environment, agent, charter }: PageOf): Promise<Terms> {
    const { ledger, sealer, tenant } = this.#house
    const stream = charterStream(environment, agent)
    const applied = (await ledger.read(tenant, stream)).findLast(({ body }) => body.charter === charter)
    const ref = applied?.body.page
    if (!isPayloadRef(ref)) return {}
    await sealer.prepare(stream)
    const [payload] = await ledger.payloads(tenant, stream, [ref.n])
    if (!payload) return {}
    return readAppliedPage(sealer.open(payload) as object as PageText).logging ?? {}
  }
}
