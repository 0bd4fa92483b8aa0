/** Whoever raises and lifts a stop: this process, or the command line in one of its own. Neither is an engine's. */
import assert from 'node:assert/strict'
import { liftStop } from '../../src/commands/lift-stop.ts'
import { type Committed, type Quieted, raiseStop, waitForQuiet } from '../../src/commands/raise-stop.ts'
import type { Scope, StopLevel } from '../../src/stops/stop.ts'
import { charter } from '../approvals/charter-command.ts'
import type { Seen, WritingHouse } from './writing-house.ts'

export interface StopNamed {
  readonly scope: Scope
  readonly value: string
  readonly level: StopLevel
}

export interface Stopped {
  readonly committed: Committed
  readonly quieted: Quieted
  /** What the desk had seen when each was known. */
  readonly atCommitted: Seen
  readonly atQuiet: Seen
}

export interface Hands {
  stop(house: WritingHouse, wanted: StopNamed, seen: () => Seen): Promise<Stopped>
  lift(house: WritingHouse, wanted: StopNamed): Promise<void>
}

const by = 'ada@acme.example'
const reason = 'the story wants it'

interface SaidByCommandLine {
  readonly stop: string
  readonly committed_ms: number
  readonly in_flight: Committed['inFlight']
  readonly quiet: { readonly finished: number; readonly given_up: number; readonly waited_ms: number }
}

export const byCommand: Hands = {
  async stop({ house }, wanted, seen) {
    const committed = await raiseStop(house, { ...wanted, by, reason })
    const atCommitted = seen()
    const quieted = await waitForQuiet(house, { ...wanted, by }, committed)
    return { committed, quieted, atCommitted, atQuiet: seen() }
  },
  async lift({ house }, wanted) {
    await liftStop(house, { ...wanted, by })
  },
}

/** It says everything at its end, so all that is known of `committed` is that it was before. */
export const byCommandLine: Hands = {
  async stop({ place }, wanted, seen) {
    const given = ['--scope', scopeOf(wanted), '--level', wanted.level, '--reason', reason, '--as', by]
    const { exit, document } = await charter(place, 'stop', 'on', ...given)
    assert.equal(exit, 0)
    const said: SaidByCommandLine = JSON.parse(JSON.stringify(document))
    const quiet = { finished: said.quiet.finished, givenUp: said.quiet.given_up, waitedMs: said.quiet.waited_ms }
    return {
      committed: { stop: said.stop, at: 0, committedMs: said.committed_ms, inFlight: said.in_flight },
      quieted: { stop: said.stop, ...quiet },
      atCommitted: seen(),
      atQuiet: seen(),
    }
  },
  async lift({ place }, wanted) {
    const { exit } = await charter(place, 'stop', 'off', '--scope', scopeOf(wanted), '--as', by, '--yes')
    assert.equal(exit, 0)
  },
}

const scopeOf = ({ scope, value }: StopNamed): string => (value === '' ? scope : `${scope}:${value}`)
