import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { ShortOption } from '../short-option.ts'
import { type Rated, rate, type Score } from './score.ts'

/** What BENCH.md asks: of fields that a schema classifies nearly all, of free text most. */
const leastRecall = (name: string): number => (name === 'classified' ? 0.99 : 0.8)
const leastPrecision = 0.95
const leastOfEach = 30
const leastPayloads = 500

export interface Doors {
  readonly values: number
  /** Values that left the house by one of its doors. */
  readonly leaked: number
  /** What an approver or somebody who may see them must still see. */
  readonly revealed: number
}

export function reportOf(
  scores: Readonly<Record<string, Score>>,
  doors: Doors,
  rebuilt: Rebuilt,
  { short }: ShortOption,
): BenchReport {
  const classes = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, rate(score)]))
  const payloads = Object.values(scores).reduce((sum, { positives, negatives }) => sum + positives + negatives, 0)
  const failures = Object.entries(classes).flatMap(([name, rated]) => wrong(name, rated, short))
  if (payloads < leastPayloads && !short) failures.push(`${payloads} payloads are too few`)
  if (doors.leaked > 0) failures.push(`${doors.leaked} values left the house`)
  if (doors.revealed < doors.values)
    failures.push(`${doors.revealed} of ${doors.values} values are shown to who may see them`)
  if (!rebuilt.same) failures.push('a projection is not what the events say')
  if (!rebuilt.findsEdit) failures.push('a planted edit was not found')
  const shown = Object.fromEntries(Object.entries(classes).map(([name, rated]) => [name, { ...rated }]))
  const line = {
    payloads,
    classes: shown,
    doors: { ...doors },
    short,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
  }
  return { line, failures }
}

function wrong(name: string, { positives, negatives, precision, recall }: Rated, short: boolean): readonly string[] {
  const isFew = !short && (positives < leastOfEach || negatives < leastOfEach)
  return [
    ...(precision < leastPrecision ? [`${name}: precision ${precision}`] : []),
    ...(recall < leastRecall(name) ? [`${name}: recall ${recall}`] : []),
    ...(isFew ? [`${name}: ${positives} and ${negatives} are too few`] : []),
  ]
}
