/**
 * Writes an export: the whole ledger, one tenant, or a few streams, in the form that `export-format.ts` describes.
 * It takes a fresh checkpoint first and shows the events up to it, so that whatever is cut off later is missed.
 */
import { canonicalJson } from '../canonical-json.ts'
import type { Clock } from '../clock.ts'
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import {
  blind,
  type Checkpoint,
  type CheckpointLeaf,
  type CheckpointSigner,
  type CheckpointStore,
  checkpointLeafHash,
} from './checkpoint.ts'
import type { SealedPayload } from './event.ts'
import {
  blindLine,
  checkpointLine,
  type ExportHeader,
  type ExportScope,
  eventLine,
  headerLine,
  headerText,
  leafLine,
  payloadLine,
  payloadRefsIn,
} from './export-format.ts'
import { buildTree, type MerkleHash } from './merkle.ts'
import { createCheckpointTaker } from './take-checkpoint.ts'

export interface ExportParts {
  readonly ledgerId: string
  readonly store: CheckpointStore
  readonly signer: CheckpointSigner
  readonly clock: Clock
  readonly scope:
    | { of: 'ledger' }
    | { of: 'tenant'; tenant: string }
    | { of: 'streams'; tenant: string; streams: readonly string[] }
  /** Where sealed payloads are to stand beside their events; those that were erased are left out. */
  readonly payloads?: (tenant: string, stream: string, ns: readonly number[]) => Promise<readonly SealedPayload[]>
}

const atOnce = 500

/** Lines, each with its newline. Throws `stream_not_found` for a stream that nothing was written to. */
export async function* exportLedger(parts: ExportParts): AsyncGenerator<string, void, undefined> {
  const { ledgerId, store, signer, clock, scope } = parts
  const last = await createCheckpointTaker({ ledgerId, store, signer, clock }).take()
  if (scope.of === 'streams') return yield* exportStreams(parts, scope, last)
  yield await signedHeader(parts, scope, last)
  const covered = new Map<string, number>()
  let size = 0
  for await (const checkpoint of allCheckpoints(store, last)) {
    yield checkpointLine(checkpoint)
    for await (const leaf of leavesBetween(store, size, checkpoint.size)) yield leafOrBlind(ledgerId, scope, leaf)
    for await (const leaf of leavesBetween(store, size, checkpoint.size)) {
      if (scope.of === 'tenant' && leaf.tenant !== scope.tenant) continue
      const key = canonicalJson([leaf.tenant, leaf.stream])
      yield* eventLines(parts, leaf, covered.get(key) ?? 0)
      covered.set(key, leaf.seq)
    }
    size = checkpoint.size
  }
}

/** A few streams: the last leaf of each, with the proof that the checkpoint's tree holds it. */
async function* exportStreams(
  parts: ExportParts,
  { tenant, streams }: { tenant: string; streams: readonly string[] },
  last: Checkpoint,
): AsyncGenerator<string, void, undefined> {
  const hashes: MerkleHash[] = []
  const newest = new Map<string, CheckpointLeaf>()
  for await (const leaf of leavesBetween(parts.store, 0, last.size)) {
    hashes.push(checkpointLeafHash(parts.ledgerId, leaf))
    if (leaf.tenant === tenant && streams.includes(leaf.stream)) newest.set(leaf.stream, leaf)
  }
  const leaves = streams.map((stream) => newest.get(stream) ?? nothingWritten(stream))
  const ends = leaves.map(({ stream, seq }) => ({ stream, seq }))
  const tree = buildTree(hashes)
  yield await signedHeader(parts, { of: 'streams', tenant, streams: ends }, last)
  yield checkpointLine(last)
  for (const leaf of leaves) yield leafLine(leaf, tree.inclusionProof(leaf.index).map(toHex))
  for (const leaf of leaves) yield* eventLines(parts, leaf, 0)
}

async function signedHeader(parts: ExportParts, scope: ExportScope, last: Checkpoint): Promise<string> {
  const { n, size, root } = last
  const said: ExportHeader = {
    charter_export: 1,
    ledger: parts.ledgerId,
    scope,
    payloads: parts.payloads !== undefined,
    at: last.at,
    key_id: parts.signer.keyId,
    checkpoint: { n, size, root },
  }
  const signature = await parts.signer.sign(Buffer.from(headerText(said)))
  return headerLine(said, Buffer.from(signature).toString('base64'))
}

function leafOrBlind(ledgerId: string, scope: { of: string; tenant?: string }, leaf: CheckpointLeaf): string {
  const isShown = scope.of === 'ledger' || leaf.tenant === scope.tenant
  return isShown ? leafLine(leaf) : blindLine(leaf.index, blind(ledgerId, leaf))
}

async function* eventLines(parts: ExportParts, { tenant, stream, seq: through }: CheckpointLeaf, after: number) {
  for (let from = after; from < through; from += atOnce) {
    const events = await parts.store.events(tenant, stream, from, Math.min(from + atOnce, through))
    const named = events.map(({ body }) => (parts.payloads ? numbersIn(body) : []))
    const payloads = new Map<number, SealedPayload>()
    const wanted = [...new Set(named.flat())]
    if (parts.payloads && wanted.length > 0)
      for (const payload of await parts.payloads(tenant, stream, wanted)) payloads.set(payload.n, payload)
    for (const [index, event] of events.entries()) {
      yield eventLine(event)
      for (const n of named[index] ?? []) {
        const payload = payloads.get(n)
        if (payload) yield payloadLine(payload)
      }
    }
  }
}

const numbersIn = (body: Json): readonly number[] => [...new Set(payloadRefsIn(body).map(({ n }) => n))]

async function* allCheckpoints(store: CheckpointStore, last: Checkpoint) {
  for (let after = 0; after < last.n; ) {
    const found = (await store.checkpoints(after, atOnce)).filter(({ n }) => n <= last.n)
    if (found.length === 0) return
    yield* found
    after = found.at(-1)!.n
  }
}

async function* leavesBetween(store: CheckpointStore, from: number, to: number) {
  for (let index = from; index < to; ) {
    const found = await store.leaves(index, Math.min(atOnce, to - index))
    if (found.length === 0) return
    yield* found
    index += found.length
  }
}

/** Throws `stream_not_found`. */
export function nothingWritten(stream: string): never {
  throw new CharterError('stream_not_found', `nothing was ever written to \`${stream}\``, {
    param: 'stream',
    hint: 'name it as `charter ledger show` does, for instance `run/run_01J`',
  })
}

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
