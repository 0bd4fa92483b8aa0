/**
 * Whoever presses: a process that has the ledger and its keys, and neither agents nor an engine. It does what
 * `charter stop on` does, without a new process each time, and writes down when it was told what.
 */
import { liftStop } from '../../src/commands/lift-stop.ts'
import { raiseStop, waitForQuiet } from '../../src/commands/raise-stop.ts'
import { openHouse } from '../../src/create-runtime.ts'
import type { PlaceNames } from '../../test/approvals/place.ts'
import type { StopNamed } from './tickets.ts'

export interface HandOrder {
  readonly order: 'press' | 'lift'
  readonly stop: StopNamed
}

/** `at`: milliseconds since 1970, by this process. */
export type HandSaid =
  | { readonly said: 'ready' }
  | { readonly said: 'committed'; readonly at: number; readonly ms: number }
  | { readonly said: 'quiet' | 'lifted'; readonly at: number }
  | { readonly said: 'failed'; readonly why: string }

const by = 'ada@acme.example'
const { place }: { place: PlaceNames } = JSON.parse(process.argv[2] ?? '{}')
const house = await openHouse({ ledger: place.ledger, keyring: place.keyring })

const say = (said: HandSaid): void => void process.send?.(said)

async function press(stop: StopNamed): Promise<void> {
  const wanted = { ...stop, by, reason: 'the bench wants it' }
  const began = performance.now()
  const committed = await raiseStop(house, wanted)
  say({ said: 'committed', at: Date.now(), ms: performance.now() - began })
  await waitForQuiet(house, wanted, committed)
  say({ said: 'quiet', at: Date.now() })
}

async function lift({ scope, value }: StopNamed): Promise<void> {
  await liftStop(house, { scope, value, by })
  say({ said: 'lifted', at: Date.now() })
}

process.on('message', ({ order, stop }: HandOrder) => {
  const done = order === 'press' ? press(stop) : lift(stop)
  done.catch((error) => say({ said: 'failed', why: String(error) }))
})
process.once('disconnect', () => process.exit())
say({ said: 'ready' })
