/**
 * Checks an export without the ledger: with the public key that the reader already trusts, byte by byte, in one pass.
 * What is wrong comes back as data, first things first; nothing in the export can make it throw. It keeps the head of
 * each stream and the leaves of one checkpoint in memory, and no event.
 */
import type { KeyObject } from 'node:crypto'
import { type Checkpoint, keyIdOf, verifyCheckpoint, verifySignature } from './checkpoint.ts'
import { type ExportHeader, type ExportScope, headerText } from './export-format.ts'
import { type ExportProblem, Findings, streamKey } from './findings.ts'
import { LineCursor } from './line-cursor.ts'
import { AnnouncedEvents, checkUnannounced } from './verify-events.ts'
import { type LeafAt, LeafCheck, rebuildHint } from './verify-leaves.ts'

export interface ExportVerdict {
  readonly ok: boolean
  /** What the header says was exported; absent where there is no header. */
  readonly ledger?: string
  readonly scope?: ExportScope
  /** The last checkpoint that held: nothing is said of what came after its time. */
  readonly checkpoint?: Checkpoint
  readonly events: number
  readonly streams: number
  readonly payloads: number
  /** By line; empty where all is well, and no more than a hundred. */
  readonly problems: readonly ExportProblem[]
}

export interface VerifyOptions {
  /** Got from the owner of the ledger by another way than the export: whoever made the export could put any key in it. */
  readonly publicKey: KeyObject | readonly KeyObject[]
}

/** `chunks` is the file as it stands, in pieces of any size. Rejects only where reading the pieces does. */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  { publicKey }: VerifyOptions,
): Promise<ExportVerdict> {
  const keys = new Map([publicKey].flat().map((key) => [keyIdOf(key), key]))
  const cursor = new LineCursor(chunks)
  const first = await cursor.peek()
  if (!first || !('header' in first)) {
    const findings = new Findings('')
    findings.report(1, 'the first line is no header of an export', 'give the file that `charter ledger export` wrote')
    return { ok: false, events: 0, streams: 0, payloads: 0, problems: findings.problems }
  }
  return new ExportCheck(cursor, keys, first.header).run(first.signature)
}

class ExportCheck {
  readonly #cursor: LineCursor
  readonly #keys: ReadonlyMap<string, KeyObject>
  readonly #header: ExportHeader
  readonly #findings: Findings
  readonly #leaves: LeafCheck
  #n = 0
  #held: Checkpoint | undefined

  constructor(cursor: LineCursor, keys: ReadonlyMap<string, KeyObject>, header: ExportHeader) {
    this.#cursor = cursor
    this.#keys = keys
    this.#header = header
    this.#findings = new Findings(header.ledger)
    this.#leaves = new LeafCheck(cursor, header, this.#findings)
  }

  async run(signature: string): Promise<ExportVerdict> {
    this.#checkHeader(signature)
    this.#cursor.take()
    while (this.#n < this.#header.checkpoint.n && (await this.#readSection())) {}
    await this.#expectEnd()
    const { problems, events, streams, payloads } = this.#findings
    const { ledger, scope } = this.#header
    const held = this.#held && { checkpoint: this.#held }
    const sorted = problems.toSorted((a, b) => a.line - b.line)
    return { ok: problems.length === 0, ledger, scope, ...held, events, streams, payloads, problems: sorted }
  }

  #checkHeader(signature: string): void {
    const key = this.#keys.get(this.#header.key_id)
    if (key && verifySignature(Buffer.from(headerText(this.#header)), signature, key)) return
    const what = key ? 'the header was changed: its signature does not hold' : 'the header is signed with another key'
    this.#findings.report(1, what, `the keys that are trusted here: ${[...this.#keys.keys()].join(', ')}`)
  }

  /** A checkpoint, its leaves and their events. False at the end of the lines. */
  async #readSection(): Promise<boolean> {
    const seen = await this.#cursor.peek()
    if (!seen) return false
    if (!('checkpoint' in seen)) {
      this.#findings.report(seen.number, `checkpoint ${this.#n + 1} is missing or cannot be read`, rebuildHint)
      this.#leaves.lose()
      await this.#readUntrusted()
      return true
    }
    this.#cursor.take()
    const { key_id: keyId, ...rest } = seen.checkpoint
    const checkpoint: Checkpoint = { ...rest, keyId, signature: seen.signature }
    const isSigned = this.#checkCheckpoint(seen.number, checkpoint)
    this.#n = Math.max(this.#n + 1, checkpoint.n)
    const announced =
      this.#header.scope.of === 'streams'
        ? await this.#leaves.readProved(checkpoint, this.#header.scope)
        : await this.#leaves.read(seen.number, checkpoint, isSigned)
    if (isSigned && announced.holds) {
      this.#held = checkpoint
      await this.#readEvents(checkpoint, announced.leaves)
    } else await this.#readUntrusted(announced.leaves)
    return true
  }

  #checkCheckpoint(line: number, checkpoint: Checkpoint): boolean {
    const { n, size, root } = checkpoint
    const last = this.#header.checkpoint
    const key = this.#keys.get(checkpoint.keyId)
    const say = (what: string, hint: string) => {
      this.#findings.report(line, what, hint)
      return false
    }
    if (!key) return say(`checkpoint ${n} is signed with another key`, 'it proves nothing to who trusts the right one')
    if (!verifyCheckpoint(this.#header.ledger, checkpoint, key)) {
      return say(`checkpoint ${n} was changed: its signature does not hold`, rebuildHint)
    }
    const isAlone = this.#header.scope.of === 'streams'
    const isNext = isAlone ? n === last.n : this.#leaves.areLost ? n > this.#n : n === this.#n + 1
    if (!isNext) return say(`checkpoint ${n} stands where checkpoint ${this.#n + 1} belongs`, rebuildHint)
    if (n === last.n && (size !== last.size || root !== last.root)) {
      return say(`checkpoint ${n} is not the one that the header names`, rebuildHint)
    }
    return true
  }

  async #readEvents(checkpoint: Checkpoint, leaves: readonly LeafAt[]): Promise<void> {
    const places = new Map(leaves.map(({ leaf }, at) => [streamKey(leaf.tenant, leaf.stream), at]))
    for (const [at, { leaf, line }] of leaves.entries()) {
      await new AnnouncedEvents({
        cursor: this.#cursor,
        findings: this.#findings,
        withPayloads: this.#header.payloads,
        leaf,
        line,
        isAnnouncedLater: ({ tenant, stream }) => (places.get(streamKey(tenant, stream)) ?? -1) > at,
      }).read()
    }
    await this.#readStray(checkpoint)
  }

  /** Events that stand behind the last announced one. */
  async #readStray({ n }: Checkpoint): Promise<void> {
    for (let seen = await this.#cursor.peek(); seen; seen = await this.#cursor.peek()) {
      if (!('event' in seen) && !('payload' in seen)) return
      const [what, of] = 'event' in seen ? [`event ${seen.event.seq}`, seen.event] : ['a payload', {}]
      const hint = 'the line was put in, doubled or moved'
      this.#findings.report(seen.number, `${what} stands where checkpoint ${n} announces nothing`, hint, of)
      this.#cursor.take()
    }
  }

  /** Events whose leaves cannot be relied on. Where a leaf and its events disagree, the leaf is named too. */
  async #readUntrusted(leaves: readonly LeafAt[] = []): Promise<void> {
    for (let seen = await this.#cursor.peek(); seen && !('checkpoint' in seen); seen = await this.#cursor.peek()) {
      if ('event' in seen) checkUnannounced(seen.number, seen.event, this.#findings)
      if ('damaged' in seen) this.#findings.report(seen.number, `a line cannot be read: ${seen.damaged}`, rebuildHint)
      this.#cursor.take()
    }
    for (const { leaf, line } of leaves) {
      const { seq, hashes } = this.#findings.head(leaf)
      if (seq === leaf.seq && hashes.includes(leaf.hash)) continue
      this.#findings.report(line, 'the leaf and the events of its stream do not agree', rebuildHint, leaf)
    }
  }

  async #expectEnd(): Promise<void> {
    const seen = await this.#cursor.peek()
    const { n } = this.#header.checkpoint
    if (this.#n < n) {
      const what = `the export ends after checkpoint ${this.#n}, and it was made with ${n} of them`
      this.#findings.report(await this.#cursor.place(), what, 'its end was cut off')
    } else if (seen) {
      const what = 'something stands after the end of the export'
      this.#findings.report(seen.number, what, 'the line was put in or doubled', 'event' in seen ? seen.event : {})
    }
  }
}
