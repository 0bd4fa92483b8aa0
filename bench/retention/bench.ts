/**
 * Secrets stand in everything that runs said; some of it is erased, by subject, by class and time. Then every file of the
 * house is searched for them, and every key that is left is tried on a backup made before.
 */
import type { BenchInput, BenchReport } from '../bench.ts'
import { readOptions } from './options.ts'
import { type ByDatabase, reportOf } from './report.ts'
import { tryDatabase } from './try-database.ts'

export async function run({ seed, progress, options: given }: BenchInput): Promise<BenchReport> {
  const options = readOptions(given)
  const runs = options.short ? 5 : 20
  const tried: ByDatabase = {}
  for (const database of options.databases) tried[database] = await tryDatabase(database, { seed, runs, progress })
  return reportOf(tried, options)
}
