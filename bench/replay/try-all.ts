/** Mutations on samples, and what no sample shows on every run: a sample has the shape of many, and the arguments of one. */
import path from 'node:path'
import type { Mutation } from './mutation.ts'
import { type Samples, writeSamples } from './played-here.ts'
import { isUnmet, type TriedMutation, tryMutations } from './try-mutations.ts'

export interface TryingAll {
  readonly samples: Samples
  /** Of the whole corpus. */
  readonly all: () => Samples
  /** For files. */
  readonly folder: string
  readonly lanes: number
  progress(text: string): void
}

export interface TriedAll {
  readonly tried: readonly TriedMutation[]
  /** Of those, what no sample shows and another run of the corpus does. */
  readonly foundBeyond: number
}

export async function tryAll(mutations: readonly Mutation[], trying: TryingAll): Promise<TriedAll> {
  const { folder, lanes, progress } = trying
  const samples = path.join(folder, 'samples.jsonl')
  await writeSamples(samples, trying.samples)
  const tried = await tryMutations(mutations, { samples, mostMs: 90_000, lanes, progress })
  const unmet = tried.filter(isUnmet)
  if (unmet.length === 0) return { tried, foundBeyond: 0 }
  progress(`${unmet.length} mutations that no sample shows, on every run`)
  const all = path.join(folder, 'all.jsonl')
  await writeSamples(all, trying.all())
  const left = unmet.map(({ mutation }) => mutation)
  const again = await tryMutations(left, { samples: all, mostMs: 600_000, lanes, progress })
  const foundBeyond = again.filter(({ found }) => found).length
  return { tried: [...tried.filter((one) => !unmet.includes(one)), ...again], foundBeyond }
}
