/** Who plays in a round: Charter on both databases, every peer that is installed, and the loop that tells how fast the machine is. */
import path from 'node:path'
import type { Load, Measured } from '../peers/measure.ts'
import type { ClerkLoad, ClerkMeasured } from './charter-process.ts'
import { type Work, works } from './clerk/planned-model.ts'
import { aiSdk, isInstalled, type Peer, peers, programOf } from './peers.ts'
import type { Place, Store } from './places.ts'
import { type Printed, runProgram } from './run-program.ts'

/** Runs a second in one round, by what was measured: `one`, `many`, and for Charter `reads_one` and so on. */
export type Figures = Readonly<Record<string, number>>

export interface Contestant {
  readonly name: string
  readonly store: Store
  play(place: Place, seconds: number): Promise<Figures>
  /** Plays so many runs under a tracer; Charter is told which work. */
  trace(place: Place, load: Load, before: readonly string[], work?: Work): Promise<void>
}

export const isCharter = ({ name }: Contestant): boolean => name.startsWith('charter-')

export const many = 32
/** The sooner a program is warm the better: what is measured is the pace that it keeps. */
const warmUpSeconds = 1

const charterProgram = path.join(import.meta.dirname, 'charter-process.ts')

export function contestants(wanted: readonly string[] | undefined): readonly Contestant[] {
  const isWanted = ({ name, folder }: Peer) => isInstalled(folder) && (wanted?.includes(name) ?? true)
  return [
    charter('sqlite'),
    charter('postgres'),
    ...peers.filter(isWanted).map(({ name, folder, store }) => peerContestant(name, folder, store)),
    ...(isInstalled(aiSdk) ? [peerContestant(aiSdk, aiSdk, 'nothing')] : []),
  ]
}

function charter(database: 'sqlite' | 'postgres'): Contestant {
  const run = ({ place, folder }: Place, loads: readonly ClerkLoad[], before: readonly string[] = []) =>
    runProgram<Printed<ClerkMeasured>>(charterProgram, { place, folder, loads }, before)
  return {
    name: `charter-${database}`,
    store: database === 'sqlite' ? 'file' : 'postgres',
    async play(place, seconds) {
      const { measured } = await run(
        place,
        works.flatMap((work) => loadsOf(seconds).map((load) => ({ work, ...load }))),
      )
      return Object.fromEntries(
        works.flatMap((work) => {
          const { one, many } = figuresOf(measured.filter((each) => each.work === work))
          return [
            [`${work}_one`, one],
            [`${work}_many`, many],
          ]
        }),
      )
    },
    trace: async (place, load, before, work = 'reads') => void (await run(place, [{ work, ...load }], before)),
  }
}

function peerContestant(name: string, folder: string, store: Store): Contestant {
  const run = ({ place }: Place, loads: readonly Load[], before: readonly string[] = []) =>
    runProgram<Printed>(programOf(folder), { place, loads }, before)
  return {
    name,
    store,
    play: async (place, seconds) => figuresOf((await run(place, loadsOf(seconds))).measured),
    trace: async (place, load, before) => void (await run(place, [load], before)),
  }
}

const loadsOf = (seconds: number): readonly Load[] => [
  { concurrency: 1, seconds: warmUpSeconds },
  { concurrency: 1, seconds },
  { concurrency: many, seconds },
]

/** The first load warmed up. */
function figuresOf([, one, all]: readonly Measured[]) {
  return { one: one?.runs_per_s ?? 0, many: all?.runs_per_s ?? 0 }
}
