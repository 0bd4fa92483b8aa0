/**
 * How the cost of one more governed write, with a limit, grows: with the actions in its run, with the events of other
 * runs, and with the effects in the limit's window. One process fills the ledgers, another opens them and measures.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BenchInput, BenchReport } from '../bench.ts'
import { measureDatabase } from './measure-database.ts'
import { readOptions } from './options.ts'
import { type OfDatabase, reportOf } from './report.ts'

export async function run({ options: given, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(given)
  const folder = mkdtempSync(path.join(tmpdir(), 'growth-bench-'))
  try {
    const byDatabase: Record<string, OfDatabase> = {}
    for (const database of options.databases)
      byDatabase[database] = await measureDatabase({ database, folder, sizes: options.sizes, progress })
    return reportOf(options, byDatabase)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
