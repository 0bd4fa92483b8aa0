/** Whether a capsule is what the holder of a key signed: checked byte by byte, without ledger, server or network. */
import type { KeyObject } from 'node:crypto'
import { CharterError } from '../errors.ts'
import { keyIdOf, verifySignature } from '../ledger/checkpoint.ts'
import type { ExportProblem } from '../ledger/findings.ts'
import { type ExportVerdict, verifyExport } from '../ledger/verify.ts'
import { capsuleText, hashOfBody, linesBeforeExport, parseCapsule, type ReadCapsule } from './capsule-format.ts'
import type { Capsule } from './capsule-house.ts'

export interface CapsuleVerdict {
  readonly ok: boolean
  /** By line; empty where all is well. */
  readonly problems: readonly ExportProblem[]
  /** Of the export in it; absent where not even its beginning can be read. */
  readonly exported?: ExportVerdict
  /** Only where all is well: nothing else is to be read out of it. */
  readonly capsule?: Capsule
}

/** `publicKey` was got by another way than the file: whoever made the file could put any key in it. */
export async function checkCapsule(bytes: Buffer, publicKey: KeyObject): Promise<CapsuleVerdict> {
  const read = parseCapsule(bytes)
  if ('damaged' in read)
    return { ok: false, problems: [problem(read.line, `line ${read.line} cannot be read: ${read.damaged}`)] }
  const exported = await verifyExport([read.exported], { publicKey })
  const problems = [...headProblems(read, bytes, publicKey), ...exportProblems(read, exported)]
  if (problems.length > 0) return { ok: false, problems, exported }
  return { ok: true, problems, exported, capsule: read }
}

/** Throws `ledger_tampered`, with everything that is wrong in `details.problems`. */
export async function openCapsule(bytes: Buffer, publicKey: KeyObject): Promise<Capsule> {
  const { capsule, problems } = await checkCapsule(bytes, publicKey)
  if (capsule) return capsule
  throw new CharterError('ledger_tampered', `the capsule does not hold: ${problems[0]?.what ?? 'it is empty'}`, {
    hint: problems[0]?.hint,
    details: { problems },
  })
}

function headProblems({ header, signature }: ReadCapsule, bytes: Buffer, publicKey: KeyObject): ExportProblem[] {
  if (header.key_id !== keyIdOf(publicKey))
    return [problem(1, 'the capsule is signed with another key', `the key that is trusted here: ${keyIdOf(publicKey)}`)]
  if (!verifySignature(Buffer.from(capsuleText(header)), signature, publicKey))
    return [problem(1, 'the first line was changed: its signature does not hold')]
  if (hashOfBody(bytes) !== header.sha256)
    return [problem(2, 'something behind the first line was changed: it does not have the hash that was signed')]
  return []
}

/** The export must be of the ledger and run that the first line speaks of. */
function exportProblems({ header }: ReadCapsule, { problems, ledger, scope }: ExportVerdict): ExportProblem[] {
  const moved = problems.map((one) => ({ ...one, line: one.line + linesBeforeExport }))
  const streams = scope?.of === 'streams' ? scope.streams.map(({ stream }) => stream) : []
  const isOfRun = ledger === header.ledger && streams[0] === `run/${header.run}`
  const tenant = scope?.of === 'streams' ? scope.tenant : undefined
  if (moved.length > 0 || (isOfRun && tenant === header.tenant)) return moved
  return [problem(linesBeforeExport + 1, 'the export in the capsule is of another run than the capsule')]
}

const problem = (line: number, what: string, hint = 'ask for the capsule again, and compare'): ExportProblem => ({
  line,
  what,
  hint,
})
