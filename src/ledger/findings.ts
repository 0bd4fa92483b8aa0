import { canonicalJson } from '../canonical-json.ts'
import { emptyHead } from './hash-chain.ts'

/** One thing that is wrong with an export. */
export interface ExportProblem {
  /** Counts from 1. */
  readonly line: number
  readonly tenant?: string
  readonly stream?: string
  /** The event that is shown to be wrong, or is missing. */
  readonly seq?: number
  readonly what: string
  /** What it means, or what to do about it. */
  readonly hint: string
}

export interface EventPlace {
  readonly tenant: string
  readonly stream: string
  readonly seq?: number
}

/** Where a stream stands, as far as the export was read. */
export interface KnownHead {
  readonly seq: number
  /** What the next event may name as the hash before it: two where a line and its hash differ, none where it is lost. */
  readonly hashes: readonly string[]
}

/** More than this helps nobody: the first ones say where to look. */
const mostProblems = 100

/** What one verification has found out so far. */
export class Findings {
  readonly problems: ExportProblem[] = []
  events = 0
  payloads = 0
  readonly #heads = new Map<string, KnownHead>()
  readonly #ledgerId: string

  constructor(ledgerId: string) {
    this.#ledgerId = ledgerId
  }

  get streams(): number {
    return this.#heads.size
  }

  head({ tenant, stream }: EventPlace): KnownHead {
    const known = this.#heads.get(streamKey(tenant, stream))
    if (known) return known
    const { seq, hash } = emptyHead(this.#ledgerId, tenant, stream)
    return { seq, hashes: [hash] }
  }

  moveHead({ tenant, stream }: EventPlace, head: KnownHead): void {
    this.#heads.set(streamKey(tenant, stream), head)
  }

  report(line: number, what: string, hint: string, { tenant, stream, seq }: Partial<EventPlace> = {}): void {
    if (this.problems.length >= mostProblems) return
    const place = { ...(tenant !== undefined && { tenant }), ...(stream !== undefined && { stream }) }
    this.problems.push({ line, ...place, ...(seq !== undefined && { seq }), what, hint })
  }
}

export const streamKey = (tenant: string, stream: string) => canonicalJson([tenant, stream])
