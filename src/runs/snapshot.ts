/**
 * A run as text and back, so that a long one is not folded from its first event each time it is taken up. It holds
 * what the fold holds: ids, enums, numbers, pseudonyms and payload references, no content. Nothing is decided by a
 * snapshot that the events do not say: one that does not fit them is passed over, and the events are read.
 */
import { hash } from 'node:crypto'
import type { Sealer } from '../keyring/sealer.ts'
import type { StreamHead } from '../ledger/hash-chain.ts'
import type { Snapshot } from '../ledger/ledger.ts'
import { engineVersion } from './events.ts'
import { emptyRun, type Run } from './run.ts'

/** Of the files that say what a run is and how events change it; a test says the new one when they change. */
export const foldHash = '81a2b4d5'

/** What a snapshot was folded by: the meaning of events, and the shape that it has here. */
const fold = `engine ${engineVersion}, fold ${foldHash}`

export interface RunAt {
  readonly run: Run
  readonly head: StreamHead
  /** Up to which event the ledger keeps a snapshot; 0 for none. */
  readonly snapshotAt: number
}

interface Place {
  readonly sealer: Pick<Sealer, 'digest'>
  readonly tenant: string
}

/** Maps and sets as lists of what they hold, in their order; everything else as it is. */
type Written<Value> =
  Value extends ReadonlyMap<infer Key, infer Item>
    ? [Key, Item][]
    : Value extends ReadonlySet<infer Item>
      ? Item[]
      : Value

type WrittenRun = { [Name in keyof Run]: Written<Run[Name]> }

export function snapshotOf(place: Place, run: Run, head: StreamHead): Snapshot {
  const parts = { ...head, fold, state: JSON.stringify(written(run)) }
  return { ...parts, seal: sealOf(place, run.id, parts) }
}

/** A run shorter than this is as quickly read. */
const fewEvents = 200
/** Writing costs what the run weighs: each time it has grown by so much of itself, and so no more than its events do. */
const growth = 0.25

export const isDue = (head: StreamHead, snapshotAt: number): boolean =>
  head.seq - snapshotAt >= Math.max(fewEvents, snapshotAt * growth)

/** Nothing where it was folded another way, or is not what was kept. */
export function runIn(place: Place, id: string, snapshot: Snapshot): RunAt | undefined {
  const { seq, hash: hashed, state } = snapshot
  if (snapshot.fold !== fold || snapshot.seal !== sealOf(place, id, snapshot)) return undefined
  return { run: read(JSON.parse(state)), head: { seq, hash: hashed }, snapshotAt: seq }
}

function sealOf({ sealer, tenant }: Place, id: string, snapshot: Omit<Snapshot, 'seal'>): string {
  return sealer.digest([tenant, id, snapshot.seq, snapshot.hash, snapshot.fold, hash('sha256', snapshot.state, 'hex')])
}

function written(run: Run): WrittenRun {
  const { actions, effects, refused, results, fresh, outputs, repeats, loops, read: cited } = run
  return {
    ...run,
    actions: [...actions],
    effects: [...effects],
    refused: [...refused],
    results: [...results],
    fresh: [...fresh],
    outputs: [...outputs],
    repeats: [...repeats],
    loops: [...loops],
    read: [...cited],
  }
}

const unsaid = { judged: undefined, lookAt: undefined }

function read(kept: WrittenRun): Run {
  const { actions, effects, refused, results, fresh, outputs, repeats, loops, read: cited } = kept
  return {
    // What was undefined is not in the text.
    ...emptyRun(kept.id),
    ...kept,
    actions: new Map(actions),
    effects: new Map(effects.map(([effect, known]) => [effect, { ...unsaid, ...known }])),
    refused: new Map(refused),
    results: new Map(results),
    fresh: new Set(fresh),
    outputs: new Map(outputs),
    repeats: new Map(repeats),
    loops: new Set(loops),
    read: new Set(cited),
  }
}
