/**
 * The retail half of τ-bench under the shop's charter: the ground truth of every task, legal writes that no task holds,
 * and writes that are legal but for one thing. What reached the shop is read from the shop itself.
 */
import { skip } from '../../examples/retail/data-folder.ts'
import { CharterError } from '../../src/errors.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { readOptions } from './options.ts'
import { playAll } from './play-all.ts'
import { playGiven } from './play-given.ts'

export async function run(input: BenchInput): Promise<BenchReport> {
  if (skip !== false) throw new CharterError('config_invalid', skip)
  const options = readOptions(input.options)
  return options.cases === undefined ? playAll(input, options) : playGiven(input, options)
}
