/** What must go wrong where the protection is not there: else the zeros beside it would say nothing. */
import { createPublicKey } from 'node:crypto'
import { parseCapsule } from '../../src/capsules/capsule-format.ts'
import { checkCapsule } from '../../src/capsules/check-capsule.ts'
import { verifyExport } from '../../src/ledger/verify.ts'
import { alone } from './alone.ts'
import type { Handing } from './hand-over.ts'

/** Of edits to the lines before the export, those that checking the export alone does not see. */
export async function missedWithoutSignature({ files, key }: Handing): Promise<number> {
  const bytes = files.find(({ kind }) => kind === 'capsule')?.bytes ?? Buffer.alloc(0)
  const publicKey = createPublicKey(key)
  const before = bytes.subarray(0, bytes.indexOf('{"header":')).length
  let missed = 0
  for (let at = 0; at < before; at += Math.ceil(before / 40)) {
    const edited = Buffer.from(bytes)
    edited[at] = (edited[at] ?? 0) ^ 1
    const read = parseCapsule(edited)
    const exported = 'damaged' in read ? undefined : await verifyExport([read.exported], { publicKey })
    if (exported?.ok && !(await checkCapsule(edited, publicKey)).ok) missed += 1
  }
  return missed
}

const reaching = "require('node:net').connect(45123, '127.0.0.1').on('error', () => {})"

export const networkSeen = async (folder: string, log: string): Promise<number> =>
  (await alone(folder, log, ['-e', reaching])).networkCalls
