/**
 * The leaves of an export's checkpoints: whether they give the roots that were signed. Only then can they say which
 * events must follow.
 */
import { blindLeafHash, type Checkpoint, checkpointLeafHash, type MovedHead, tenantTag } from './checkpoint.ts'
import type { DamagedLine, ExportHeader, ExportLine, ExportScope } from './export-format.ts'
import type { Findings } from './findings.ts'
import type { LineCursor, SeenLine } from './line-cursor.ts'
import { appendLeaf, type CompactRange, emptyRange, type MerkleHash, rootOf, verifyInclusion } from './merkle.ts'

type LeafLine = Extract<ExportLine, { leaf: unknown }>
type BlindLine = Extract<ExportLine, { blind: unknown }>

export interface LeafAt {
  readonly leaf: MovedHead
  readonly line: number
}

/** The leaves whose events are to follow, and whether they can be relied on. */
export interface Announced {
  readonly leaves: readonly LeafAt[]
  readonly holds: boolean
}

export const rebuildHint = 'make the export again, or compare it with an earlier one'

export class LeafCheck {
  readonly #cursor: LineCursor
  readonly #header: ExportHeader
  readonly #findings: Findings
  #range: CompactRange = emptyRange
  /** Once a leaf is wrong or gone, no later root can be made again. */
  areLost = false

  constructor(cursor: LineCursor, header: ExportHeader, findings: Findings) {
    this.#cursor = cursor
    this.#header = header
    this.#findings = findings
  }

  lose(): void {
    this.areLost = true
  }

  /** The leaves that a checkpoint took; not to be relied on where they do not give its root. */
  async read(line: number, checkpoint: Checkpoint, isSigned: boolean): Promise<Announced> {
    const leaves: LeafAt[] = []
    let isWhole = isSigned && !this.areLost
    for (let seen = await this.#cursor.peek(); seen; seen = await this.#cursor.peek()) {
      if ('leaf' in seen || 'blind' in seen) isWhole = this.#addLeaf(seen) && isWhole
      else if ('damaged' in seen && isSigned && this.#range.size < checkpoint.size) isWhole = this.#sayDamaged(seen)
      else break
      if ('leaf' in seen) leaves.push({ leaf: seen.leaf, line: seen.number })
      this.#cursor.take()
    }
    const holds = isWhole && this.#gives(checkpoint)
    if (isWhole && !holds) {
      const what = `the leaves of checkpoint ${checkpoint.n} do not give its root: one was changed, added or left out`
      this.#findings.report(line, what, 'a stream that is not in the export was cut out with its leaf')
    }
    if (!holds) this.lose()
    return { leaves, holds }
  }

  #gives({ size, root }: Checkpoint): boolean {
    return this.#range.size === size && Buffer.from(rootOf(this.#range)).toString('hex') === root
  }

  /** Adds the leaf to the tree; false, having said so, where it is out of its place or hides what it must show. */
  #addLeaf(seen: SeenLine & (LeafLine | BlindLine)): boolean {
    const { ledger, scope } = this.#header
    const { index } = 'leaf' in seen ? seen.leaf : seen.blind
    const isHidden = 'blind' in seen && (scope.of !== 'tenant' || seen.blind.tenant === tenantTag(ledger, scope.tenant))
    const inPlace = index === this.#range.size
    const hash: MerkleHash = 'leaf' in seen ? checkpointLeafHash(ledger, seen.leaf) : blindLeafHash(seen.blind)
    this.#range = appendLeaf(this.#range, hash)
    if (!inPlace && !this.areLost) {
      const what = `leaf ${index} stands where leaf ${this.#range.size - 1} belongs`
      this.#findings.report(seen.number, what, rebuildHint, 'leaf' in seen ? seen.leaf : {})
    }
    if (isHidden) {
      this.#findings.report(seen.number, 'a stream that belongs to this export is hidden', 'ask for a whole export')
    }
    return inPlace && !isHidden
  }

  #sayDamaged(seen: SeenLine & DamagedLine): false {
    this.#findings.report(seen.number, `a leaf cannot be read: ${seen.damaged}`, rebuildHint)
    return false
  }

  /** The last leaf of each exported stream, each with its proof. */
  async readProved(
    checkpoint: Checkpoint,
    { tenant, streams }: Extract<ExportScope, { of: 'streams' }>,
  ): Promise<Announced> {
    const leaves: LeafAt[] = []
    for (const { stream, seq } of streams) {
      const seen = await this.#cursor.peek()
      const isRight = seen && 'leaf' in seen && seen.leaf.stream === stream && seen.leaf.tenant === tenant
      if (!isRight || seen.leaf.seq !== seq || !this.#isProved(seen, checkpoint)) {
        const what = `the leaf of the stream is missing, was changed, or is not in checkpoint ${checkpoint.n}`
        this.#findings.report(await this.#cursor.place(), what, rebuildHint, { tenant, stream, seq })
        return { leaves, holds: false }
      }
      leaves.push({ leaf: seen.leaf, line: seen.number })
      this.#cursor.take()
    }
    return { leaves, holds: true }
  }

  #isProved({ leaf, proof = [] }: LeafLine, { size, root }: Checkpoint): boolean {
    return verifyInclusion({
      index: leaf.index,
      size,
      leaf: checkpointLeafHash(this.#header.ledger, leaf),
      root: Buffer.from(root, 'hex'),
      proof: proof.map((hash) => Buffer.from(hash, 'hex')),
    })
  }
}
