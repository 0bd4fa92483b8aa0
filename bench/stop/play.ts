/** Presses one stop after the other at moments of no choosing, holds each for a while, lifts it, and keeps what was told. */
import { setTimeout as wait } from 'node:timers/promises'
import { stopId, stopLevels } from '../../src/stops/stop.ts'
import type { Random } from '../tau-retail/random.ts'
import { pressByCommandLine, type Told } from './hands.ts'
import type { House } from './house.ts'
import type { StopNamed } from './tickets.ts'

/** A stop that was pressed and lifted. Times: milliseconds since 1970. */
export interface Played extends Told {
  readonly stop: StopNamed
  readonly pressed: number
  /** When its lifting was asked for. */
  readonly lifting: number
  /** Places in the ledger of its raising and its lifting. */
  readonly raised: number
  readonly lifted: number
  /** An engine was killed around it. */
  readonly killed: boolean
}

const scopes: readonly Pick<StopNamed, 'scope' | 'value'>[] = [
  { scope: 'everything', value: '' },
  { scope: 'tenant', value: '' },
  { scope: 'agent', value: 'alpha' },
  { scope: 'agent', value: 'beta' },
  { scope: 'tool', value: 'add_note' },
  { scope: 'tool', value: 'send_reply' },
  { scope: 'risk', value: 'medium' },
  { scope: 'risk', value: 'high' },
]
/** Of every scope at every level. */
export const kinds: readonly StopNamed[] = scopes.flatMap((named) => stopLevels.map((level) => ({ ...named, level })))

/** Milliseconds. */
const times = { between: 300, hold: 150, killWithin: 400 } as const
const everySo = { commandLine: 8, kill: 7 } as const
const signedUnderDraft = 3

export async function playStop(house: House, random: Random, stop: StopNamed): Promise<Played> {
  await wait(random.below(times.between))
  const killed = random.below(everySo.kill) === 0
  const replaced = killed ? wait(random.below(times.killWithin)).then(() => house.replaceEngine(random)) : undefined
  const byCommandLine = random.below(everySo.commandLine) === 0
  // The command line takes its time to start, and the engine shall not have been back for long when it presses.
  if (killed && !byCommandLine) await wait(random.below(times.killWithin))

  house.kept.hold(stop)
  const pressed = Date.now()
  const told = await (byCommandLine ? pressByCommandLine(house.place, stop) : house.hand.press(stop))
  if (stop.level === 'draft') await house.kept.grant(signedUnderDraft)
  await wait(times.hold + random.below(times.hold))
  const lifting = Date.now()
  await house.hand.lift(stop)
  house.kept.hold(undefined)
  await replaced
  if (stop.level === 'draft') await house.kept.grant()
  const places = await house.placesOf(stopId('dev', stop.scope, stop.value))
  return { ...told, stop, pressed, lifting, ...places, killed }
}

/** Each kind in turn, in an order that the seed decides. */
export function* stopsInTurn(random: Random): Generator<StopNamed, never, undefined> {
  for (;;) yield* sampleAll(random)
}

function sampleAll(random: Random): readonly StopNamed[] {
  const order = kinds.map((kind) => ({ kind, at: random.below(2 ** 30) }))
  return order.sort((a, b) => a.at - b.at).map(({ kind }) => kind)
}
