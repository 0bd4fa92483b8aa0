/** The same edits again, a few of each kind, by `charter ledger verify FILE --key KEY` itself: it must say the same. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Random, sample } from '../tau-retail/random.ts'
import { byteEdits } from './byte-edits.ts'
import { verifyFile } from './command.ts'
import type { Exported } from './make-exports.ts'
import { rechainedEdits } from './rechained-edits.ts'
import { structuralEdits } from './structural-edits.ts'
import type { Verdict } from './verdict.ts'
import type { Verifiers } from './verifiers.ts'

export interface Sampled {
  readonly tried: number
  /** Where the command and the verifier at hand did not say the same. */
  readonly different: readonly string[]
}

interface Sampling {
  readonly folder: string
  readonly key: string
  readonly exported: Pick<Exported, 'small' | 'large'>
  readonly random: Random
  readonly verifiers: Verifiers
}

export async function sampleByCommand(
  { folder, key, exported, random, verifiers }: Sampling,
  ofEach: number,
): Promise<Sampled> {
  const { small, large } = exported
  const elsewhere = path.join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  const copies = [
    { what: 'nothing changed', bytes: large },
    ...sample(random, [...byteEdits(small, random, 97)], ofEach),
    ...sample(random, [...structuralEdits(large, random)], ofEach),
    ...rechainedEdits(large, random, ofEach),
  ]
  const expected = new Map<string, Verdict>()
  await verifiers.judge(copies, ({ what }, verdict) => void expected.set(what, verdict))
  const different: string[] = []
  for (const { what, bytes } of copies) {
    const file = path.join(elsewhere, 'export.jsonl')
    writeFileSync(file, bytes)
    const said = await verifyFile(elsewhere, file, key)
    if (!isSame(said, expected.get(what))) different.push(`the command said something else of: ${what}`)
  }
  return { tried: copies.length, different }
}

const isSame = (said: Verdict, expected: Verdict | undefined): boolean =>
  expected !== undefined &&
  said.ok === expected.ok &&
  JSON.stringify(said.problems.slice(0, expected.problems.length)) === JSON.stringify(expected.problems)
