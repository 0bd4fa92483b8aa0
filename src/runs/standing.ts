/** What holds at the moment for one action: read without locks at its turn, and again under them when it is dispatched. */
import type { CompiledCharter } from '../charter/compile.ts'
import { brokenBound } from '../identity/grant-debits.ts'
import type { Found, GrantRow, Read, StopRow } from '../ledger/reads.ts'
import type { Signatures } from '../policy/ask.ts'
import { type GroundFound, groundReads } from './brought.ts'
import type { Live, Sums } from './judge.ts'
import type { Moving } from './moving.ts'
import { limitsOf, type NamedLimit, onceOf, type Plan, type Planned } from './plan.ts'
import { startedOf } from './started-of.ts'
import { movedIn, movedOf, windowReads } from './windows.ts'

/** Before anything is gathered: no sums yet, because whose sums they are is among the facts. */
export interface Ground {
  readonly inForce: CompiledCharter
  readonly live: Live
}

export async function groundOf(moving: Moving): Promise<Ground> {
  const { world, pinned } = moving
  const found = moving.brought.fresh ?? (await lookedUp(moving))
  const inForce = await inForceOf(moving, found.charter?.charter ?? pinned.page.hash)
  const live = {
    now: world.ledger.now(),
    stops: found.stops,
    grants: found.grants,
    ...nothingMoved,
    signatures: {},
    breakerOpen: false,
    unresolved: false,
  }
  return { inForce, live }
}

/** For this action, and for those that come at once after it: what a turn brought along may be too old for both. */
async function lookedUp(moving: Moving): Promise<GroundFound> {
  const { world, brought } = moving
  const found = await world.ledger.find(world.tenant, groundReads(moving), 'latest')
  brought.keep(found)
  return found
}

/**
 * Throws where the page in force does not compile: nothing is allowed until one does. What is drafted is kept before
 * that, or a run that is tried again would ask the model again, and pay for it, each time.
 */
export async function inForceOf(moving: Moving, hash: string): Promise<CompiledCharter> {
  const { world, journal } = moving
  try {
    return await world.charters.inForce(startedOf(moving).agent, hash)
  } catch (error) {
    await journal.commit()
    throw error
  }
}

const nothingMoved = {
  moved: {},
  brokenBound: undefined,
  limits: { pinned: {}, inForce: {} },
  holders: { pinned: 0, inForce: 0 },
}

/** The reads that a judgement of this plan needs, under one name each. */
export const planReads = (plan: Plan) => windowReads(plan.windows)

export interface Standing {
  readonly stops: readonly StopRow[]
  readonly grants: readonly GrantRow[]
  readonly signatures: Signatures
  readonly breakerOpen: boolean
  readonly unresolved: boolean
  readonly now: number
}

/** From what was found to what the judge takes; the same on both occasions. */
export function liveFrom(
  found: Found<ReturnType<typeof planReads>>,
  plan: Plan,
  question: Planned & { pinned: CompiledCharter; inForce: CompiledCharter },
  { now, stops, grants, signatures, breakerOpen, unresolved }: Standing,
): Live {
  const sums = (charter: CompiledCharter): Sums =>
    Object.fromEntries(limitsOf(charter, question).map((named) => [named.name, most(found, named)]))
  const holders = (charter: CompiledCharter): number =>
    onceOf(charter, question).filter((window) => movedIn(found, window).count > 0).length
  const { pinned, inForce } = question
  const pinnedSums = sums(pinned)
  const pinnedHolders = holders(pinned)
  return {
    now,
    stops,
    grants,
    signatures,
    breakerOpen,
    unresolved,
    moved: movedOf(found, plan.windows),
    brokenBound: brokenBound(
      plan.granted,
      plan.debited,
      ({ key, withinMs }) => movedIn(found, { key, withinMs }).amount,
    )?.key,
    limits: { pinned: pinnedSums, inForce: inForce === pinned ? pinnedSums : sums(inForce) },
    holders: { pinned: pinnedHolders, inForce: inForce === pinned ? pinnedHolders : holders(inForce) },
  }
}

/** A limit that counts by several subjects is reached when it is reached for one of them. */
function most(found: Found<ReturnType<typeof planReads>>, { windows }: NamedLimit): number {
  return Math.max(0, ...windows.map((window) => movedIn(found, window).amount))
}

export const readsFor = (moving: Moving, plan: Plan) =>
  ({
    ...groundReads(moving),
    ...planReads(plan),
  }) as const satisfies Readonly<Record<string, Read>>
