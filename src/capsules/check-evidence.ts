/** Whether evidence is what the holder of a key signed, as JSON or as a page: every byte of the file, the script included. */
import type { KeyObject } from 'node:crypto'
import { keyIdOf, verifySignature } from '../ledger/checkpoint.ts'
import { type ExportVerdict, verifyExport } from '../ledger/verify.ts'
import { type Evidence, evidenceText, hashOfPage, parseEvidence } from './evidence-format.ts'

export interface EvidenceVerdict {
  readonly ok: boolean
  /** One sentence each. */
  readonly problems: readonly string[]
  readonly exported?: ExportVerdict
  /** Only where all is well. */
  readonly evidence?: Evidence
}

/** `publicKey` was got by another way than the file: the one that stands in it proves nothing. */
export async function checkEvidence(bytes: Buffer, publicKey: KeyObject): Promise<EvidenceVerdict> {
  const read = parseEvidence(bytes)
  if ('damaged' in read) return { ok: false, problems: [`the evidence cannot be read: ${read.damaged}`] }
  const { evidence, signature } = read.signed
  const problems: string[] = []
  if (evidence.key_id !== keyIdOf(publicKey) || !isSameKey(evidence.public_key, publicKey))
    problems.push(`the evidence is signed with another key than ${keyIdOf(publicKey)}`)
  else if (!verifySignature(Buffer.from(evidenceText(evidence)), signature, publicKey))
    problems.push('the evidence was changed: its signature does not hold')
  const page = read.page ? hashOfPage(read.page) : null
  if (page !== evidence.page_sha256) problems.push('the page around the data is not the one that was signed with it')
  const exported = await verifyExport([evidence.exported], { publicKey })
  problems.push(...exported.problems.map(({ line, what }) => `line ${line} of the export in it: ${what}`))
  if (!isAbout(evidence, exported)) problems.push('the export in the evidence is of another run')
  return problems.length > 0 ? { ok: false, problems, exported } : { ok: true, problems, exported, evidence }
}

const isSameKey = (spki: string, publicKey: KeyObject): boolean =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('base64') === spki

function isAbout({ ledger, tenant, run }: Evidence, exported: ExportVerdict): boolean {
  const { scope } = exported
  const streams = scope?.of === 'streams' && scope.tenant === tenant ? scope.streams : []
  return exported.ledger === ledger && streams[0]?.stream === `run/${run}`
}
