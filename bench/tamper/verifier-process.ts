/**
 * The verifier, in a process that has a public key and the copies it is given, and nothing else: what `charter ledger
 * verify FILE --key KEY` does, for one copy of an export after the other. A line of JSON for each.
 */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { verifyExport } from '../../src/ledger/verify.ts'
import { readFrames } from './frames.ts'
import type { Verdict } from './verdict.ts'

const publicKey = createPublicKey(readFileSync(process.argv[2] ?? ''))
/** More than these nobody looks at. */
const mostProblems = 12

for await (const copy of readFrames(process.stdin)) {
  const { ok, problems } = await verifyExport([copy], { publicKey })
  const verdict: Verdict = { ok, problems: problems.slice(0, mostProblems) }
  process.stdout.write(`${JSON.stringify(verdict)}\n`)
}
