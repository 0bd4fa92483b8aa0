/** Holds an event that a replay makes against the one that stands in the ledger, part by part. */
import { canonicalJson } from '../canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { type EventDraft, isPayloadRef, type LedgerEvent } from '../ledger/event.ts'
import type { Difference } from './ending.ts'
import type { Tape } from './tape.ts'

/** Parts that say when something is due, counted from a moment between two events that nothing has recorded. */
const counted: Readonly<Record<string, string>> = {
  'run.waiting': 'until',
  'approval.requested': 'expires_at',
  'effect.given_up': 'look_at',
}

export function differenceOf(
  tape: Tape,
  recorded: LedgerEvent | undefined,
  draft: EventDraft,
  stream: string,
  seq: number,
): Difference | undefined {
  const replayed = { type: draft.type, body: draft.body }
  if (!recorded) return { stream, seq, part: 'type', recorded, replayed, values: valuesOf(undefined, draft.type) }
  const side = { type: recorded.type, body: recorded.body }
  const values = (before: Json | undefined, now: Json | undefined) => valuesOf(before, now)
  if (recorded.type !== draft.type)
    return { stream, seq, part: 'type', recorded: side, replayed, values: values(recorded.type, draft.type) }
  const body = isDueAlike(tape, recorded, draft) ? withTimesOf(recorded, draft.body) : draft.body
  if (canonicalJson(recorded.body) === canonicalJson(body)) return undefined
  const [part, before, now] = firstDifference(recorded.body, body, [])
  const there = isPayloadRef(before) ? tape.recording.content(stream, before.n) : before
  const here = isPayloadRef(now) ? tape.made.get(`${stream} ${now.n}`) : now
  const [within, ...sides] = firstDifference(there, here, part)
  return { stream, seq, part: within.join('.'), recorded: side, replayed, values: values(...sides) }
}

const valuesOf = (recorded: Json | undefined, replayed: Json | undefined) => ({ recorded, replayed })

function isDueAlike({ recording }: Tape, recorded: LedgerEvent, { body }: EventDraft): boolean {
  const name = counted[recorded.type]
  const due = name === undefined ? undefined : recorded.body[name]
  const replayed = name === undefined ? undefined : body[name]
  if (typeof due !== 'number' || typeof replayed !== 'number') return false
  const before = recording.events.findLast(({ at }) => at < recorded.at)
  return Math.abs(replayed - due) <= recorded.at - (before?.at ?? recorded.at)
}

function withTimesOf({ type, body: recorded }: LedgerEvent, body: JsonObject): JsonObject {
  const name = counted[type] ?? ''
  return { ...body, [name]: recorded[name] ?? null }
}

/** A reference is one part: what it names is compared as a whole. */
function firstDifference(
  recorded: Json | undefined,
  replayed: Json | undefined,
  path: readonly string[],
): [path: readonly string[], recorded: Json | undefined, replayed: Json | undefined] {
  if (isParted(recorded) && isParted(replayed)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
      const [before, now] = [partOf(recorded, name), partOf(replayed, name)]
      if (!isSame(before, now)) return firstDifference(before, now, [...path, name])
    }
  }
  return [path, recorded, replayed]
}

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : canonicalJson(one) === canonicalJson(other)

const isParted = (value: Json | undefined): value is JsonObject | Json[] =>
  (isJsonObject(value) && !isPayloadRef(value)) || Array.isArray(value)

const partOf = (value: JsonObject | Json[], name: string): Json | undefined =>
  Array.isArray(value) ? value[Number(name)] : value[name]
