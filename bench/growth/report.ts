/** The line of the bench, and what it lacks. */
import type { JsonObject } from '../../src/json.ts'
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Options } from './options.ts'
import type { Measured } from './orders.ts'
import { growthOf, type Spread, spreadOf } from './statistics.ts'

export interface OfDatabase {
  readonly measured: Measured
  readonly rebuilt: Rebuilt
}

const bounds = { ratio: 1.5, p95_ratio: 2 }
/** So few samples say something of the middle, and nothing of the edge. */
const boundsOfShort = { ratio: 1.5 }
/** What must not grow; `next_turn` is only told, because a model is shown all that was said before. */
const bounded = { same_run: 'sameRun', resumed_run: 'resumedRun', other_runs: 'otherRuns', in_window: 'inWindow' }
const told = { next_turn: 'nextTurn' }
const samplesWanted = 500

export function reportOf(options: Options, byDatabase: Readonly<Record<string, OfDatabase>>): BenchReport {
  const entries = Object.entries(byDatabase)
  const lines = entries.map(([database, found]) => [database, lineOf(found)] as const)
  const failures = entries.flatMap(([database, found]) =>
    failuresOf(found, options).map((failure) => `${database}: ${failure}`),
  )
  const all = entries.flatMap(([, { measured }]) => ratiosOf(measured))
  const worst = Object.fromEntries(
    [...new Set(all.map(([name]) => name))].map((name) => [
      name,
      Math.max(...all.flatMap(([other, ratio]) => (other === name ? [ratio] : []))),
    ]),
  )
  const samples = Math.min(...entries.map(([, { measured }]) => samplesPerPoint(measured)))
  const same = { rebuilt_same: entries.every(([, { rebuilt }]) => rebuilt.same) }
  const finds = { rebuild_finds_edit: entries.every(([, { rebuilt }]) => rebuilt.findsEdit) }
  const sizes = {
    same_run: options.sizes.sameRun,
    other_runs: options.sizes.otherRuns,
    in_window: options.sizes.inWindow,
  }
  const line = { short: options.short, samples_per_point: samples, ...worst, sizes, ...same, ...finds }
  return { line: { ...line, by_db: Object.fromEntries(lines) }, failures }
}

function lineOf({ measured, rebuilt }: OfDatabase): JsonObject {
  return {
    samples_per_point: samplesPerPoint(measured),
    ...Object.fromEntries(ratiosOf(measured)),
    writes_asked: measured.asked,
    writes_seen: measured.written,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    ms: Object.fromEntries(
      Object.entries({ ...bounded, ...told }).map(([name, kind]) => [
        name,
        Object.fromEntries(spreads(measured, kind).map(([size, { median, p95 }]) => [size, { median, p95 }])),
      ]),
    ),
  }
}

function failuresOf({ measured, rebuilt }: OfDatabase, { short, sizes }: Options): readonly string[] {
  const wanted = short ? sizes.samples : samplesWanted
  const found = new Map(ratiosOf(measured))
  const grown = Object.keys(bounded).flatMap((name) =>
    Object.entries(short ? boundsOfShort : bounds).flatMap(([kind, most]) => {
      const ratio = found.get(`${name}_${kind}`) ?? Number.NaN
      return ratio <= most ? [] : [`${name}_${kind} is ${ratio}, and may be ${most}`]
    }),
  )
  const { asked, written } = measured
  return [
    ...grown,
    ...(samplesPerPoint(measured) >= wanted ? [] : [`a point has ${samplesPerPoint(measured)} samples of ${wanted}`]),
    ...(asked === written ? [] : [`${asked} writes were asked for, and the book saw ${written}`]),
    ...(rebuilt.same ? [] : ['a projection is another one when it is made again from the events']),
    ...(rebuilt.findsEdit ? [] : ['a rebuild does not find the planted edit']),
  ]
}

const spreads = ({ times }: Measured, kind: string): readonly (readonly [number, Spread])[] =>
  Object.entries(times[kind] ?? {})
    .map(([size, points]) => [Number(size), spreadOf(points)] as const)
    .sort(([a], [b]) => a - b)

const samplesPerPoint = ({ times }: Measured): number =>
  Math.min(...Object.values(times).flatMap((sizes) => Object.values(sizes).map((points) => points.length)))

export function ratiosOf(measured: Measured): readonly (readonly [string, number])[] {
  return Object.entries({ ...bounded, ...told }).flatMap(([name, kind]) => {
    const points = spreads(measured, kind).map(([, spread]) => spread)
    return [
      [`${name}_ratio`, growthOf(points.map(({ median }) => median))],
      [`${name}_p95_ratio`, growthOf(points.map(({ p95 }) => p95))],
    ] as const
  })
}
