/**
 * What a forger makes who has everything but the ledger's key: another story, and every signature of the file made anew
 * with a key of his own, so that the file is whole in itself.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { canonicalJson } from '../../src/canonical-json.ts'
import {
  cutAtData,
  type Evidence,
  evidenceLine,
  evidenceText,
  parseEvidence,
} from '../../src/capsules/evidence-format.ts'
import { embedded } from '../../src/capsules/page-bytes.ts'
import { keyIdOf } from '../../src/ledger/checkpoint.ts'
import type { HandedOver, Kind } from './hand-over.ts'

export interface Forged {
  readonly kind: Kind
  readonly bytes: Buffer
  /** The forger's own. */
  readonly publicKey: KeyObject
}

interface Pen {
  readonly keyId: string
  readonly publicKey: KeyObject
  write(text: string): string
}

export function signedAnew({ kind, bytes }: HandedOver): Forged {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const write = (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64')
  const pen: Pen = { keyId: keyIdOf(publicKey), publicKey, write }
  const forged = kind === 'capsule' ? capsuleAnew(bytes.toString(), pen) : evidenceAnew(bytes, pen)
  return { kind, bytes: Buffer.from(forged), publicKey }
}

/** The owner's own lines but for one: the run was made a day later. */
function capsuleAnew(text: string, pen: Pen): string {
  const [head = '', order, keys, naming, ...exported] = text.split('\n')
  const body = [order, keys, naming, exportAnew(exported.join('\n'), pen)].join('\n')
  const before = JSON.parse(head).capsule
  const sha256 = createHash('sha256').update(body).digest('hex')
  const capsule = { ...before, at: before.at + 86_400_000, key_id: pen.keyId, sha256 }
  return `${canonicalJson({ capsule, signature: pen.write(canonicalJson(capsule)) })}\n${body}`
}

function exportAnew(exported: string, { keyId, write }: Pen): string {
  const [first = '', second = '', ...rest] = exported.split('\n')
  const header = { ...JSON.parse(first).header, key_id: keyId }
  const checkpoint = { ...JSON.parse(second).checkpoint, key_id: keyId }
  const checkpointText = canonicalJson({ charter_checkpoint: 1, ledger: header.ledger, ...checkpoint })
  const lines = [
    canonicalJson({ header, signature: write(canonicalJson(header)) }),
    canonicalJson({ checkpoint, signature: write(checkpointText) }),
  ]
  return [...lines, ...rest].join('\n')
}

/** Of a page, the words that people read are the forger's as well. */
function evidenceAnew(bytes: Buffer, pen: Pen): string {
  const read = parseEvidence(bytes)
  if ('damaged' in read) throw new Error(read.damaged)
  const evidence = forgedStory(read.signed.evidence, pen)
  if (!read.page) return `${signedLine(evidence, pen)}\n`
  const page = reworded(`${read.page.before}${read.page.after}`)
  const { before, after } = cutAtData(page)
  const hashed = createHash('sha256').update(`${before}\n${after}`).digest('hex')
  return `${before}${embedded(signedLine({ ...evidence, page_sha256: hashed }, pen))}${after}`
}

const signedLine = (evidence: Evidence, pen: Pen) =>
  evidenceLine({ evidence, signature: pen.write(evidenceText(evidence)) })

const reworded = (text: string) => text.replaceAll('committed', 'not_committed')

function forgedStory(evidence: Evidence, pen: Pen): Evidence {
  const { exported, ...told } = evidence
  return {
    ...(JSON.parse(reworded(JSON.stringify(told))) as Omit<Evidence, 'exported'>),
    exported: exportAnew(exported, pen),
    key_id: pen.keyId,
    public_key: pen.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  }
}
