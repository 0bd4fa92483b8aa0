/**
 * Values of every class, and near misses of each, planted in text that nobody here wrote; fields that schemas classify;
 * messages of real models; and the doors of a house in which runs said such things.
 */
import type { BenchInput, BenchReport } from '../bench.ts'
import { readShortOption } from '../short-option.ts'
import { randomOf } from '../tau-retail/random.ts'
import { carriers, realTexts } from './carriers.ts'
import type { Generator } from './case.ts'
import { emailCases, phoneCases } from './contact-cases.ts'
import { tryDoors } from './doors.ts'
import { judgeClassified, judgeReal, judgeShapes } from './judge.ts'
import { apiKeyCases, awsCases, githubCases, jwtCases, passwordCases, privateKeyCases } from './key-cases.ts'
import { cardCases, ibanCases } from './money-cases.ts'
import { nationalIdCases } from './national-id-cases.ts'
import { reportOf } from './report.ts'
import type { Score } from './score.ts'

export const generators: readonly Generator[] = [
  emailCases,
  phoneCases,
  ibanCases,
  cardCases,
  nationalIdCases,
  apiKeyCases,
  awsCases,
  githubCases,
  jwtCases,
  privateKeyCases,
  passwordCases,
]

export async function run({ seed, progress, options: given }: BenchInput): Promise<BenchReport> {
  const options = readShortOption(given)
  const count = options.short ? 30 : 200
  const texts = carriers()
  progress(`${texts.length} texts to plant in`)
  const scores: Record<string, Score> = { classified: await judgeClassified(randomOf(seed, 'classified'), count) }
  for (const generator of generators)
    scores[generator.name] = await judgeShapes(generator, texts, randomOf(seed, generator.name), count)
  scores.real_text = await judgeReal(realTexts(), randomOf(seed, 'real'), count)
  progress('the doors of a house')
  const { doors, rebuilt } = await tryDoors(generators, randomOf(seed, 'doors'))
  return reportOf(scores, doors, rebuilt, options)
}
