/**
 * A system of record that keeps its own log of what reached it and of what it did: the witness that counts. It knows
 * nothing of charters. It honours the keys of those operations that promise it, for as long as promised, and does anything
 * else as often as it is told.
 */
import type { JsonObject } from '../../src/json.ts'

export interface Order {
  readonly id: string
  readonly customer: string
  readonly paidMinor: number
  refundedMinor: number
}

/** What a tool puts on the wire. `key` and `attempt` are told with every write; only keyed operations look at the key. */
export interface Message {
  readonly tool: string
  readonly key: string
  readonly attempt: number
  readonly order: string
  readonly amountMinor: number
  readonly input: JsonObject
}

export interface Commit extends Message {
  readonly id: string
  readonly customer: string
  readonly at: number
}

/** What the vendor says to one message. */
export type Reply =
  | { readonly said: 'done'; readonly id: string }
  | { readonly said: 'order'; readonly order: Readonly<Order> }
  | { readonly said: 'found'; readonly id: string | undefined }
  | { readonly said: 'refused'; readonly status: 409 | 422 | 429 }

export interface VendorOptions {
  /** How long a key is honoured, milliseconds. */
  readonly honouredMs: number
  readonly now: () => number
  readonly committed: (commit: Commit) => void
}

export const keyedTools: ReadonlySet<string> = new Set(['refund', 'credit'])

export class Vendor {
  readonly commits: Commit[] = []
  readonly orders = new Map<string, Order>()
  #options: VendorOptions

  constructor(options: VendorOptions) {
    this.#options = options
    for (let n = 1; n <= 6; n++) {
      const order = { id: `o_${n}`, customer: n % 2 === 0 ? 'c_2' : 'c_1', paidMinor: 10_000, refundedMinor: 0 }
      this.orders.set(order.id, order)
    }
  }

  /** A write that has arrived. */
  perform(message: Message): Reply {
    const known = keyedTools.has(message.tool) ? this.#honoured(message.key) : undefined
    if (known) return { said: 'done', id: known.id }
    const order = this.orders.get(message.order)
    if (!order) return { said: 'refused', status: 422 }
    if (message.tool !== 'message' && message.tool !== 'quote') order.refundedMinor += message.amountMinor
    const id = `v_${this.commits.length + 1}`
    const commit = { ...message, id, customer: order.customer, at: this.#options.now() }
    this.commits.push(commit)
    this.#options.committed(commit)
    return { said: 'done', id }
  }

  show(order: string): Reply {
    const found = this.orders.get(order)
    return found ? { said: 'order', order: { ...found } } : { said: 'refused', status: 422 }
  }

  find(key: string): Reply {
    return { said: 'found', id: this.commits.find((commit) => commit.key === key)?.id }
  }

  #honoured(key: string): Commit | undefined {
    const from = this.#options.now() - this.#options.honouredMs
    return this.commits.find((commit) => commit.key === key && commit.at >= from)
  }
}
