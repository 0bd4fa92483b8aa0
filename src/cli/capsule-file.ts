/** A run that somebody handed over as a file, checked before anything is read out of it. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { looksLikeCapsule } from '../capsules/capsule-format.ts'
import type { Capsule } from '../capsules/capsule-house.ts'
import { openCapsule } from '../capsules/check-capsule.ts'
import type { Call } from './call.ts'
import { type KeyGiven, publicKeyGiven } from './public-key.ts'

/** Nothing where what was named is no file: then it is the id of a run. */
export function capsuleBytes({ terminal }: Call, named: string): Buffer | undefined {
  const file = path.resolve(terminal.cwd, named)
  if (!existsSync(file) || !statSync(file).isFile()) return undefined
  const bytes = readFileSync(file)
  return looksLikeCapsule(bytes) ? bytes : undefined
}

/** Throws `ledger_tampered` where it is not what the key's holder signed. */
export async function capsuleNamed(call: Call, named: string, given: KeyGiven): Promise<Capsule | undefined> {
  const bytes = capsuleBytes(call, named)
  return bytes && openCapsule(bytes, await publicKeyGiven(call, given))
}
