/**
 * What this engine can go on from. An event that a later Charter wrote may change what the ones before it mean, so a run
 * that holds one is left to a Charter that knows it.
 */
import { CharterError } from '../errors.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { engineVersion, type RunEventType } from './events.ts'

/** By type, the version of its body that is written now. */
const versions: { readonly [Type in RunEventType]: number } = {
  'run.started': 1,
  'run.recovered': 1,
  'turn.started': 1,
  'turn.answered': 1,
  'turn.failed': 1,
  'action.proposed': 1,
  'action.judged': 1,
  'action.returned': 1,
  'effect.dispatched': 1,
  'effect.committed': 1,
  'effect.not_committed': 1,
  'effect.unknown': 1,
  'effect.given_up': 1,
  'run.waiting': 1,
  'run.woken': 1,
  'run.escalated': 1,
  'run.ended': 1,
}

export const knownTypes: readonly string[] = Object.keys(versions)

const known: ReadonlyMap<string, number> = new Map(Object.entries(versions))

/** Throws `ledger_newer`, naming the event. */
export function requireKnown(run: string, events: readonly LedgerEvent[]): void {
  for (const { type, v, seq, body } of events) {
    if (v > (known.get(type) ?? 0)) throw newer(run, `event ${seq}, \`${type}\` version ${v}, is not known here`)
    if (type !== 'run.started' || body.engine === engineVersion) continue
    throw newer(run, `it was begun by engine ${body.engine}, and this Charter has engine ${engineVersion}`)
  }
}

const newer = (run: string, why: string): CharterError =>
  new CharterError('ledger_newer', `run \`${run}\` was written by a newer Charter: ${why}`, {
    hint: 'use the Charter that wrote it, or a newer one; nothing was changed',
    details: { run },
  })
