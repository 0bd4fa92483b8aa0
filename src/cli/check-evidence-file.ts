/** What `charter ledger verify` says of the files that are no plain export: a capsule, or evidence of one write. */
import type { KeyObject } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { looksLikeCapsule } from '../capsules/capsule-format.ts'
import { checkCapsule } from '../capsules/check-capsule.ts'
import { checkEvidence } from '../capsules/check-evidence.ts'
import { looksLikeEvidence } from '../capsules/evidence-format.ts'
import type { ExportVerdict } from '../ledger/verify.ts'

/** Nothing where the file is an export, or nothing that is known. */
export async function checkHandedOver(file: string, publicKey: KeyObject): Promise<ExportVerdict | undefined> {
  const start = startOf(file)
  if (looksLikeCapsule(start)) {
    const { ok, problems, exported } = await checkCapsule(readFileSync(file), publicKey)
    return { ...nothingRead, ...exported, ok, problems }
  }
  if (looksLikeEvidence(start) === undefined) return undefined
  const { ok, problems, exported } = await checkEvidence(readFileSync(file), publicKey)
  const hint = 'ask for the evidence again, and compare'
  return { ...nothingRead, ...exported, ok, problems: problems.map((what) => ({ line: 1, what, hint })) }
}

const nothingRead = { events: 0, streams: 0, payloads: 0 } as const

function startOf(file: string): Uint8Array {
  const start = new Uint8Array(64)
  const opened = openSync(file, 'r')
  try {
    return start.subarray(0, readSync(opened, start))
  } finally {
    closeSync(opened)
  }
}
