/** The line of the bench, and what of it is not as it must be. */
import path from 'node:path'
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Corpus } from './corpus.ts'
import type { Flips } from './try-flips.ts'
import { isUnmet, nameOf, type TriedMutation } from './try-mutations.ts'

export interface Outcome {
  readonly corpus: Corpus
  /** Samples whose tools are at hand here. */
  readonly samples: number
  readonly flips: Flips
  readonly tried: readonly TriedMutation[]
  /** Of those, what no sample showed and another run of the corpus did. */
  readonly foundBeyond: number
  readonly rebuilt: Rebuilt
  readonly short: boolean
  readonly seconds: number
}

const required = { runs: 2_000, shapes: 200, flipped: 100, mutations: 100 }
const mostEquivalent = 0.1
const mostUnmet = 0.25

export function reportOf({
  corpus,
  samples,
  flips,
  tried,
  foundBeyond,
  rebuilt,
  short,
  seconds,
}: Outcome): BenchReport {
  const equivalent = tried.filter(({ mutation }) => mutation.equivalent !== undefined)
  const line = {
    runs: corpus.runs,
    shapes: corpus.shapes.size,
    identical: corpus.identical,
    unverifiable: corpus.unverifiable,
    decisions: corpus.decisions,
    evaluations: corpus.evaluations,
    programs: corpus.from.size,
    samples,
    flipped: flips.flipped,
    flipped_found: flips.found,
    mutations: tried.length,
    found_at_first: tried.filter(({ found }) => found?.isFirst).length,
    found_beyond_samples: foundBeyond,
    equivalent: equivalent.map(({ mutation }) => ({ mutation: nameOf(mutation), reason: mutation.equivalent ?? '' })),
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short,
    seconds,
  }
  const few = short ? [] : Object.entries(required).filter(([name, least]) => Number(line[name as 'runs']) < least)
  return {
    line,
    failures: [
      ...few.map(([name, least]) => `${line[name as 'runs']} ${name}, and not ${least}`),
      ...corpus.different.map((what) => `replayed otherwise: ${what}`),
      ...(line.evaluations < line.decisions ? [`${line.decisions} decisions by ${line.evaluations} evaluations`] : []),
      ...flips.missed.map((what) => `a flipped decision was not found: ${what}`),
      ...faultsOf(tried, short),
      ...(equivalent.length > tried.length * mostEquivalent ? [`${equivalent.length} equivalents are too many`] : []),
      ...(rebuilt.same ? [] : ['a rebuild made other rows']),
      ...(rebuilt.findsEdit ? [] : ['a rebuild does not see an edited row']),
    ],
  }
}

/** A short run has a tenth of the runs: a few mutations are met by none of them. */
function faultsOf(tried: readonly TriedMutation[], short: boolean): readonly string[] {
  const mayBeUnmet = short && tried.filter(isUnmet).length <= tried.length * mostUnmet
  return tried.filter((one) => !(mayBeUnmet && isUnmet(one))).flatMap(faultOf)
}

function faultOf({ mutation, found, broken }: TriedMutation): readonly string[] {
  const name = nameOf(mutation)
  if (broken) return [`${name}: ${broken}`]
  if (mutation.equivalent) return found ? [`${name} is listed as equivalent, and ${found.run} shows it`] : []
  if (!found) return [`no run shows ${name}`]
  return found.isFirst ? [] : [`${name}: event ${found.seq} of ${path.basename(found.stream)} is not the first`]
}
