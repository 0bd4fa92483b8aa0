/** Interleaved rounds: each contestant plays once in every round, each time in a fresh place and in a fresh process. */
import path from 'node:path'
import type { LedgerPlace } from '../rebuild-ledger.ts'
import { type Contestant, type Figures, isCharter, many } from './contestants.ts'
import type { Place, Places } from './places.ts'
import type { Rounds } from './ratios.ts'
import type { RawMeasured, RawOrders } from './raw-append-process.ts'
import { runProgram } from './run-program.ts'

export interface RoundsWanted {
  readonly rounds: number
  readonly seconds: number
  /** Of as many runs of reads as play at once, as counted: raw appends of as many sync as often. */
  readonly syncsTogether: number
  progress(text: string): void
}

export interface RoundsPlayed {
  readonly rounds: Rounds
  /** Charter's own ledgers, kept to be rebuilt; whoever asked for them removes them. */
  readonly ledgers: readonly (LedgerPlace & { remove(): Promise<void> })[]
}

export const rawAppends = 'raw-appends'
const rawProgram = path.join(import.meta.dirname, 'raw-append-process.ts')

export async function playRounds(
  places: Places,
  contestants: readonly Contestant[],
  wanted: RoundsWanted,
): Promise<RoundsPlayed> {
  const rounds: Record<string, Figures[]> = {}
  const ledgers: (LedgerPlace & { remove(): Promise<void> })[] = []
  const note = (name: string, round: number, figures: Figures) => {
    rounds[name] = [...(rounds[name] ?? []), figures]
    wanted.progress(`round ${round + 1}, ${name}: ${shown(figures)}`)
  }
  for (let round = 0; round < wanted.rounds; round++) {
    for (const contestant of turned(contestants, round)) {
      const place = await places.fresh(contestant.store)
      note(contestant.name, round, await contestant.play(place, wanted.seconds))
      if (!isCharter(contestant)) {
        await place.remove()
        continue
      }
      ledgers.push({ folder: place.folder, ledger: place.place, remove: place.remove })
      if (contestant.store === 'file') note(rawAppends, round, await appendRaw(place, wanted))
    }
  }
  return { rounds, ledgers }
}

/** Another one begins each round, so that nobody always comes after the same one. */
const turned = <Each>(list: readonly Each[], by: number): readonly Each[] => {
  const first = by % list.length
  return [...list.slice(first), ...list.slice(0, first)]
}

async function appendRaw({ place, folder }: Place, { seconds, syncsTogether }: RoundsWanted): Promise<Figures> {
  const orders: RawOrders = {
    source: place,
    place: path.join(folder, 'raw.db'),
    together: many,
    synced: Math.round(syncsTogether),
    seconds,
  }
  const { runs_per_s } = await runProgram<RawMeasured>(rawProgram, orders)
  return { many: runs_per_s }
}

const shown = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, perSecond]) => `${name} ${perSecond.toFixed(0)}/s`)
    .join(', ')
