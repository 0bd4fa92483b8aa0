/**
 * One engine process for half an hour under load and trouble: what it takes of the machine must not grow. The process is
 * looked at from outside, and what its runs did is read from the desk.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnDesk } from '../../examples/refunds/desk/spawn-desk.ts'
import { openWitness } from '../../examples/refunds/desk/witness.ts'
import { freshDatabase } from '../../test/postgres.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { readOptions } from './options.ts'
import { reportOf } from './report.ts'
import { writeShop } from './shop.ts'
import { soakFor } from './soak-for.ts'

export async function run({ options: given, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(given)
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'soak-bench-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const database = options.database === 'postgres' ? await freshDatabase() : undefined
  if (database) opened.defer(() => database.drop())
  const file = path.join(folder, 'desk.sqlite')
  const desk = opened.use(await spawnDesk(file, ['--data', writeShop(path.join(folder, 'shop'))]))
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const ledger = database?.url ?? path.join(folder, '.charter', 'ledger.db')
  const soaked = await soakFor({ ledger, keyring, desk: desk.url }, options, progress)
  progress('rebuilding the ledger')
  const rebuilt = await rebuildLedgers([{ folder, ledger }])
  return reportOf(options, { ...soaked, ...commitsIn(file), rebuilt })
}

function commitsIn(file: string): { commits: number; doubled: number } {
  using witness = openWitness(file)
  const keys = witness.commits().flatMap(({ idempotency_key: key }) => (key === null ? [] : [key]))
  return { commits: keys.length, doubled: keys.length - new Set(keys).size }
}
