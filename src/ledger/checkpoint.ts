/**
 * A checkpoint is one signed root over everything the ledger has come to: a Merkle tree that takes one leaf for each
 * stream that moved since the checkpoint before, so every tree extends the one before it. Whoever keeps a checkpoint
 * (a witness) can show later that nothing before it was changed, cut or left out. Without a witness, the holder of
 * the signing key could write another history.
 */
import { createHash, hash, type KeyObject, verify } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { LedgerEvent } from './event.ts'
import { appendLeaf, type CompactRange, leafHash, type MerkleHash, rootOf, verifyConsistency } from './merkle.ts'

export interface Checkpoint {
  /** Counts from 1. */
  readonly n: number
  /** Leaves in the tree, those of earlier checkpoints included. */
  readonly size: number
  /** Hex. */
  readonly root: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly keyId: string
  /** Ed25519 over `checkpointText`, base64. */
  readonly signature: string
}

/** Where a stream stood: its last event when the checkpoint was taken. */
export interface MovedHead {
  readonly tenant: string
  readonly stream: string
  readonly seq: number
  readonly hash: string
}

export interface CheckpointLeaf extends MovedHead {
  /** Place in the tree, from 0. */
  readonly index: number
  /** `n` of the checkpoint that took it. */
  readonly checkpoint: number
}

/** What checkpoints and exports need of a ledger; times and rows as it stores them, up to the last synced barrier. */
export interface CheckpointStore {
  /** The last checkpoint and the heads that moved since, in one snapshot; each stream once. */
  pending(): Promise<{ last: Checkpoint | undefined; moved: readonly MovedHead[] }>
  /** Synced, all or nothing. Throws `ledger_version_conflict` where a checkpoint of this `n` is there already. */
  save(checkpoint: Checkpoint, leaves: readonly CheckpointLeaf[]): Promise<void>
  /** Oldest first, at most `most` with an `n` above `after`. */
  checkpoints(after: number, most: number): Promise<readonly Checkpoint[]>
  /** In the order of the tree, at most `most` from index `from` on. */
  leaves(from: number, most: number): Promise<readonly CheckpointLeaf[]>
  /** The events of one stream with `after < seq <= through`, oldest first; fewer where some are gone. */
  events(tenant: string, stream: string, after: number, through: number): Promise<readonly LedgerEvent[]>
}

/** Whoever holds the private key; asynchronous so that a KMS can stand behind it. */
export interface CheckpointSigner {
  readonly keyId: string
  /** Ed25519 over the bytes: 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

export interface NextCheckpoint {
  readonly ledgerId: string
  /** `n` of the checkpoint before, 0 where there is none, and its tree. */
  readonly previous: { readonly n: number; readonly range: CompactRange }
  readonly moved: readonly MovedHead[]
  readonly at: number
  readonly signer: CheckpointSigner
}

/** The checkpoint that follows, the leaves it takes (by tenant and stream) and the tree they leave behind. */
export async function nextCheckpoint({ ledgerId, previous, moved, at, signer }: NextCheckpoint) {
  const n = previous.n + 1
  const leaves = [...moved]
    .sort(byTenantAndStream)
    .map((head, i): CheckpointLeaf => ({ ...head, index: previous.range.size + i, checkpoint: n }))
  const range = leaves.reduce((tree, leaf) => appendLeaf(tree, checkpointLeafHash(ledgerId, leaf)), previous.range)
  const unsigned = { n, size: range.size, root: toHex(rootOf(range)), at, keyId: signer.keyId }
  const signature = await signer.sign(Buffer.from(checkpointText(ledgerId, unsigned)))
  const checkpoint: Checkpoint = { ...unsigned, signature: Buffer.from(signature).toString('base64') }
  return { checkpoint, leaves, range }
}

/** What is signed: RFC 8785, opened by its own name so that no other signed text can be passed off as it. */
export function checkpointText(ledgerId: string, { n, size, root, at, keyId }: Omit<Checkpoint, 'signature'>): string {
  return canonicalJson({ charter_checkpoint: 1, ledger: ledgerId, n, size, root, at, key_id: keyId })
}

export function verifyCheckpoint(ledgerId: string, checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  const text = Buffer.from(checkpointText(ledgerId, checkpoint))
  return checkpoint.keyId === keyIdOf(publicKey) && verifySignature(text, checkpoint.signature, publicKey)
}

/** Whether `newer` begins with the tree of `older`; both signatures are checked apart. */
export function extendsCheckpoint(older: Checkpoint, newer: Checkpoint, proof: readonly MerkleHash[]): boolean {
  return verifyConsistency({
    size1: older.size,
    size2: newer.size,
    root1: Buffer.from(older.root, 'hex'),
    root2: Buffer.from(newer.root, 'hex'),
    proof,
  })
}

/** A leaf that another tenant may see: it says whose it is only to those who know the name, and nothing of what it is. */
export interface BlindLeaf {
  /** `tenantTag`, hex. */
  readonly tenant: string
  /** `headDigest`, hex. */
  readonly head: string
}

/**
 * A leaf is hashed in two halves, so that one tenant's export can show the others' leaves blind, and yet no leaf of
 * the tenant itself can be passed off as another's to hide a run.
 */
export function blind(ledgerId: string, head: MovedHead): BlindLeaf {
  return { tenant: tenantTag(ledgerId, head.tenant), head: headDigest(head) }
}

export function tenantTag(ledgerId: string, tenant: string): string {
  return hash('sha256', canonicalJson({ ledger: ledgerId, tenant }), 'hex')
}

export function blindLeafHash({ tenant, head }: BlindLeaf): MerkleHash {
  return leafHash(canonicalJson({ head, tenant }))
}

export function checkpointLeafHash(ledgerId: string, head: MovedHead): MerkleHash {
  return blindLeafHash(blind(ledgerId, head))
}

/** The first 128 bits of the key's own hash. */
export function keyIdOf(publicKey: KeyObject): string {
  const bytes = publicKey.export({ type: 'spki', format: 'der' })
  return `ed25519:${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
}

/** False, never a throw, for a signature of any shape. */
export function verifySignature(bytes: Uint8Array, signature: string, publicKey: KeyObject): boolean {
  const raw = Buffer.from(signature, 'base64')
  // Base64 can be written in several ways; one signature has one text.
  return raw.toString('base64') === signature && verify(null, bytes, publicKey, raw)
}

function headDigest({ stream, seq, hash: eventHash }: MovedHead): string {
  return hash('sha256', canonicalJson({ hash: eventHash, seq, stream }), 'hex')
}

function byTenantAndStream(a: MovedHead, b: MovedHead): number {
  return compare(a.tenant, b.tenant) || compare(a.stream, b.stream)
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
