/**
 * Which events a write-ahead log holds, and which of them a sync covers, from the writes to it. An event is known by its
 * hash, which stands in its row as text: it is durable once the frame that commits its transaction is synced.
 */
import type { SystemCall } from './system-calls.ts'

const frameHeader = 24
const hashRun = /[0-9a-f]{64,}/g

export class WriteAheadLog {
  readonly #wanted: ReadonlySet<string>
  #isCommitFrame = false
  #open = new Set<string>()
  #committed = new Set<string>()
  readonly #durable = new Set<string>()
  #commits = 0
  #syncs = 0

  /** Hashes of the events that are asked about. */
  constructor(wanted: Iterable<string>) {
    this.#wanted = new Set(wanted)
  }

  get counts() {
    return { commits: this.#commits, syncs: this.#syncs }
  }

  isDurable(hash: string): boolean {
    return this.#durable.has(hash)
  }

  /** Calls on the log's file alone. */
  apply(call: SystemCall): void {
    if (call.call === 'sync') this.#sync()
    else if (call.call === 'write') this.#write(call.bytes)
  }

  #sync(): void {
    this.#syncs += 1
    for (const hash of this.#committed) this.#durable.add(hash)
    this.#committed.clear()
  }

  /** SQLite writes a frame as its header, and then its page. */
  #write(bytes: Buffer): void {
    if (bytes.length === frameHeader) {
      this.#isCommitFrame = bytes.readUInt32BE(4) > 0
      return
    }
    if (bytes.length < 512) return
    for (const hash of this.#hashesIn(bytes.toString('latin1'))) this.#open.add(hash)
    if (!this.#isCommitFrame) return
    this.#commits += 1
    for (const hash of this.#open) this.#committed.add(hash)
    this.#open.clear()
    this.#isCommitFrame = false
  }

  /** Two hashes may stand side by side, and next to them anything. */
  *#hashesIn(page: string): Generator<string> {
    for (const [run] of page.matchAll(hashRun)) {
      for (let begin = 0; begin + 64 <= run.length; begin++) {
        const hash = run.slice(begin, begin + 64)
        if (this.#wanted.has(hash) && !this.#durable.has(hash)) yield hash
      }
    }
  }
}
