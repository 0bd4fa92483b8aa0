/** Runs at the real desk, handed over as the files that their readers get: capsules, and evidence of their writes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { makeCapsule } from '../../src/capsules/make-capsule.ts'
import { makeEvidence } from '../../src/capsules/make-evidence.ts'
import { capsuleHouseOf, publicKeyOf, type StoryName, story } from '../../test/capsules/stories.ts'
import { freshDatabase } from '../../test/postgres.ts'
import { refundHouse } from '../../test/refund-house.ts'
import type { LedgerPlace } from '../rebuild-ledger.ts'

export type Kind = 'capsule' | 'evidence' | 'page'

export interface HandedOver {
  readonly kind: Kind
  readonly name: string
  readonly bytes: Buffer
}

export interface Handing {
  readonly files: readonly HandedOver[]
  /** PEM: what the reader got by another way. */
  readonly key: string
  /** Nobody has it open any more. */
  readonly place: LedgerPlace
}

export async function handOver(
  ends: AsyncDisposableStack,
  database: 'sqlite' | 'postgres',
  names: readonly StoryName[],
): Promise<Handing> {
  const place = await openPlace(ends, database)
  const keyring = path.join(place.folder, '.charter', 'keyring.db')
  await using house = await refundHouse({ options: { ledger: place.ledger, keyring } })
  const open = capsuleHouseOf(house)
  const files: HandedOver[] = []
  for (const name of names) {
    const run = await story[name](house)
    files.push({ kind: 'capsule', name, bytes: Buffer.from(await makeCapsule(open, run)) })
    const [sent] = await house.bodies(run, 'effect.dispatched')
    if (!sent) continue
    files.push({ kind: 'evidence', name, bytes: Buffer.from(await makeEvidence(open, sent.effect, { as: 'json' })) })
    files.push({ kind: 'page', name, bytes: Buffer.from(await makeEvidence(open, sent.effect, { as: 'page' })) })
  }
  const key = (await publicKeyOf(house)).export({ type: 'spki', format: 'pem' }).toString()
  return { files, key, place }
}

async function openPlace(ends: AsyncDisposableStack, database: 'sqlite' | 'postgres'): Promise<LedgerPlace> {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-capsule-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  mkdirSync(path.join(folder, '.charter'))
  if (database === 'sqlite') return { folder, ledger: path.join(folder, '.charter', 'ledger.db') }
  const { url, drop } = await freshDatabase()
  ends.defer(drop)
  return { folder, ledger: url }
}

/** A folder with these files and nothing else. */
export function emptyFolder(ends: AsyncDisposableStack, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-reader-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content)
  return folder
}
