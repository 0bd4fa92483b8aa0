/** Plants, redacts, and looks whether the value is gone and everything else is as it was. */
import { partOf } from '../../src/json.ts'
import { shapesAndChecksums as redactor } from '../../src/redaction/detect.ts'
import { redact } from '../../src/redaction/redact.ts'
import type { Random } from '../tau-retail/random.ts'
import { sample } from '../tau-retail/random.ts'
import type { RealText } from './carriers.ts'
import type { Generator } from './case.ts'
import { drawClassified } from './classified-cases.ts'
import { emptyScore, type Score } from './score.ts'

export async function judgeShapes(
  generator: Generator,
  texts: readonly string[],
  random: Random,
  count: number,
): Promise<Score> {
  let score = emptyScore
  for (let n = 0; n < count; n++) {
    score = await judgePositive(generator, texts, random, score)
    score = await judgeNegative(generator, texts, random, score)
  }
  return score
}

async function judgePositive(
  generator: Generator,
  texts: readonly string[],
  random: Random,
  score: Score,
): Promise<Score> {
  const { value, before = '', behind = '' } = generator.positive(random)
  const [head, tail] = cut(texts, random)
  const redacted = await shown(`${head}${before}${value}${behind}${tail}`)
  const isFound = !holds(redacted, value)
  const isWhole = redacted.startsWith(`${head}${before}`) && redacted.endsWith(`${behind}${tail}`)
  return {
    ...score,
    positives: score.positives + 1,
    found: score.found + Number(isFound),
    disturbed: score.disturbed + Number(!isWhole),
  }
}

async function judgeNegative(
  generator: Generator,
  texts: readonly string[],
  random: Random,
  score: Score,
): Promise<Score> {
  const { value } = generator.negative(random)
  const [head, tail] = cut(texts, random)
  const redacted = await shown(`${head}${value}${tail}`)
  return {
    ...score,
    negatives: score.negatives + 1,
    mistaken: score.mistaken + Number(redacted !== `${head}${value}${tail}`),
  }
}

/** Half of a value that is left is a value that is shown. */
function holds(redacted: string, value: string): boolean {
  const half = Math.max(5, Math.ceil(value.length / 2))
  for (let at = 0; at + half <= value.length; at++) if (redacted.includes(value.slice(at, at + half))) return true
  return redacted.includes(value)
}

/** As it stands in a document that leaves the house. */
async function shown(text: string): Promise<string> {
  return String(partOf(await redact({ said: text }, { redactor }), 'said'))
}

/** Somebody else's text, parted between two words. */
function cut(texts: readonly string[], random: Random): readonly [string, string] {
  const [text = ''] = sample(random, texts, 1)
  const words = text.split(' ')
  const at = random.below(words.length + 1)
  return [`${words.slice(0, at).join(' ')} `, ` ${words.slice(at).join(' ')}`]
}

export async function judgeClassified(random: Random, count: number): Promise<Score> {
  let score = emptyScore
  while (score.positives < count || score.negatives < count) {
    const { schema, value, hidden, shown: kept } = drawClassified(random)
    const redacted = JSON.stringify(await redact(value, { redactor, classified: schema.classified }))
    score = {
      positives: score.positives + hidden.length,
      negatives: score.negatives + kept.length,
      found: score.found + hidden.filter((text) => !redacted.includes(text)).length,
      mistaken: score.mistaken + kept.filter((text) => !redacted.includes(text)).length,
      disturbed: 0,
    }
  }
  return score
}

/** A message with an address is found when none of its addresses is left; one without must stay as it is. */
export async function judgeReal(texts: readonly RealText[], random: Random, count: number): Promise<Score> {
  const withAddress = sample(
    random,
    texts.filter(({ addresses }) => addresses.length > 0),
    count,
  )
  const without = sample(
    random,
    texts.filter(({ text }) => !text.includes('@')),
    count,
  )
  let [found, mistaken] = [0, 0]
  for (const { text, addresses } of withAddress) {
    const redacted = await shown(text)
    found += Number(addresses.every((address) => !redacted.includes(address)))
  }
  for (const { text } of without) mistaken += Number((await shown(text)) !== text)
  return { positives: withAddress.length, negatives: without.length, found, mistaken, disturbed: 0 }
}
