/**
 * A project of its own for one story: a folder with its keyring and its group file, a ledger on either database, and
 * the desk in a process of its own. Everything that runs here is a real process; this one is a door like any other.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { connectDesk } from '../../examples/refunds/desk/client.ts'
import type { FaultRule } from '../../examples/refunds/desk/faults.ts'
import type { DeskData } from '../../examples/refunds/desk/seed.ts'
import { spawnDesk } from '../../examples/refunds/desk/spawn-desk.ts'
import { openWitness } from '../../examples/refunds/desk/witness.ts'
import { freshDatabase } from '../postgres.ts'

export type Database = 'sqlite' | 'postgres'
export const databases: readonly Database[] = ['sqlite', 'postgres']

/** What another process needs to find the same ledger, keys and desk; JSON. */
export interface PlaceNames {
  readonly folder: string
  readonly ledger: string
  readonly keyring: string
  readonly deskUrl: string
}

type Groups = Readonly<Record<string, readonly string[]>>

/** What the test opens on top of it is added to `ends`, and closed before it. */
export async function openPlace(ends: AsyncDisposableStack, database: Database, { groups, data }: PlaceParts) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-story-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const hidden = path.join(folder, '.charter')
  mkdirSync(hidden)
  writeFileSync(path.join(folder, 'charter.groups.yaml'), groupFile(groups))
  const desk = await spawnDesk(path.join(folder, 'desk.sqlite'), data ? ['--data', dataFolder(folder, data)] : [])
  ends.defer(desk.close)
  const witness = openWitness(desk.file)
  ends.defer(witness.close)
  return {
    folder,
    ledger: await ledgerFor(ends, database, hidden),
    keyring: path.join(hidden, 'keyring.db'),
    deskUrl: desk.url,
    desk: connectDesk(desk.url),
    witness,
    setFault: (rule: FaultRule) => toFaults(desk.url, 'POST', rule),
    clearFaults: () => toFaults(desk.url, 'DELETE'),
  }
}

interface PlaceParts {
  readonly groups: Groups
  /** What the desk is filled with; the shop of the refunds example unless said otherwise. */
  readonly data?: DeskData
}

export const namesOf = ({ folder, ledger, keyring, deskUrl }: PlaceNames): PlaceNames => ({
  folder,
  ledger,
  keyring,
  deskUrl,
})

async function ledgerFor(ends: AsyncDisposableStack, database: Database, folder: string): Promise<string> {
  if (database === 'sqlite') return path.join(folder, 'ledger.db')
  const { url, drop } = await freshDatabase()
  ends.defer(drop)
  return url
}

/** JSON is YAML. */
function groupFile(groups: Groups): string {
  const principals = [...new Set(Object.values(groups).flat())]
  return JSON.stringify({ principals: [...principals, 'ada@acme.example'], groups })
}

function dataFolder(folder: string, { documents, ...lists }: DeskData): string {
  const data = path.join(folder, 'data')
  mkdirSync(path.join(data, 'documents'), { recursive: true })
  for (const [name, list] of Object.entries({ ...lists, documents })) {
    writeFileSync(path.join(data, `${name}.json`), JSON.stringify(list))
  }
  for (const { id, text } of documents) writeFileSync(path.join(data, 'documents', `${id}.md`), text)
  return data
}

async function toFaults(deskUrl: string, method: string, rule?: FaultRule): Promise<void> {
  const body = rule === undefined ? {} : { body: JSON.stringify(rule) }
  const answered = await fetch(new URL('/_faults', deskUrl), { method, ...body })
  if (!answered.ok) throw new Error(`the desk took no fault: ${await answered.text()}`)
}
