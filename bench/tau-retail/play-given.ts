import type { BenchInput, BenchReport } from '../bench.ts'
import type { Options } from './options.ts'
export async function playGiven(_: BenchInput, __: Options): Promise<BenchReport> {
  throw new Error('later')
}
