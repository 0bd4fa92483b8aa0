/**
 * Files as they would be found after the power was cut: all that was synced, and of what was written since, whatever
 * the disk happened to have done. A disk does sectors, in any order.
 */
import type { Random } from '../tau-retail/random.ts'
import { isDatabaseFile, type SystemCall } from './system-calls.ts'

const sector = 512

/** What became of the writes that no sync covers. */
export const losses = ['dropped', 'kept', 'torn', 'cut_short'] as const
export type Loss = (typeof losses)[number]

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly size: number }

interface File {
  synced: Buffer
  pending: Change[]
}

export class Disk {
  readonly #files = new Map<string, File>()

  /** Only of database files: nothing else is looked at after a cut. */
  apply(call: SystemCall): void {
    if (call.call === 'say' || !isDatabaseFile(call.file)) return
    if (call.call === 'unlink') {
      this.#files.delete(call.file)
      return
    }
    const file = this.#fileOf(call.file)
    if (call.call === 'sync') {
      file.synced = changed(file.synced, file.pending)
      file.pending = []
    } else file.pending.push(call.call === 'write' ? { at: call.at, bytes: call.bytes } : { size: call.size })
  }

  /** How much was written and not synced yet. */
  get pendingWrites(): number {
    return [...this.#files.values()].reduce((sum, { pending }) => sum + pending.length, 0)
  }

  /** Every file by its path, after a cut at this moment. */
  cut(loss: Loss, random: Random): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    for (const [name, { synced, pending }] of this.#files) {
      found.set(name, changed(synced, survivors(pending, loss, random)))
    }
    return found
  }

  #fileOf(name: string): File {
    const known = this.#files.get(name)
    if (known) return known
    const file = { synced: Buffer.alloc(0), pending: [] }
    this.#files.set(name, file)
    return file
  }
}

function survivors(pending: readonly Change[], loss: Loss, random: Random): readonly Change[] {
  switch (loss) {
    case 'dropped':
      return []
    case 'kept':
      return pending
    case 'torn':
      return pending.flatMap((change) => tear(change, () => random.below(2) === 0))
    case 'cut_short': {
      const kept = random.below(pending.length + 1)
      const last = pending.slice(kept, kept + 1).flatMap((change) => tear(change, () => random.below(2) === 0))
      return [...pending.slice(0, kept), ...last]
    }
  }
}

/** The sectors of a write, each kept or not. */
function tear(change: Change, isKept: () => boolean): Change[] {
  if ('size' in change) return isKept() ? [change] : []
  const parts: Change[] = []
  const { at, bytes } = change
  for (let begin = at; begin < at + bytes.length; ) {
    const end = Math.min(at + bytes.length, (Math.floor(begin / sector) + 1) * sector)
    if (isKept()) parts.push({ at: begin, bytes: bytes.subarray(begin - at, end - at) })
    begin = end
  }
  return parts
}

function changed(before: Buffer, changes: readonly Change[]): Buffer {
  if (changes.length === 0) return before
  let size = before.length
  const room = Math.max(
    size,
    ...changes.map((change) => ('size' in change ? change.size : change.at + change.bytes.length)),
  )
  const after = Buffer.alloc(room)
  before.copy(after)
  for (const change of changes) {
    if ('size' in change) {
      if (change.size < size) after.fill(0, change.size, size)
      size = change.size
    } else {
      change.bytes.copy(after, change.at)
      size = Math.max(size, change.at + change.bytes.length)
    }
  }
  return after.subarray(0, size)
}
