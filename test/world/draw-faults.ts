/**
 * Draws what goes wrong. Each seed aims two kinds at one effect, and strikes around it with others: faults that come one after
 * the other find less than those that meet.
 */
import {
  type Blow,
  blows,
  type Fault,
  type FaultKind,
  type MachineFault,
  machineFaults,
  type WireFault,
  wireFaults,
} from './plan.ts'
import type { Random } from './random.ts'

/** Two kinds that are to meet, each two as often as any other, and the effect over which they do. */
export interface Aim {
  readonly kinds: readonly [Blow, Blow]
  readonly effect: number
}

const everyKind = [...wireFaults, ...machineFaults] as const
const everyPair = blows.flatMap((one, index) => blows.slice(index + 1).map((other) => [one, other] as const))
const aims = everyPair.flatMap((pair) => Array.from({ length: weightOf(pair) }, () => pair))

export const drawAim = (random: Random): Aim => ({
  kinds: random.pick(aims as [Aim['kinds']]),
  effect: random.pick([1, 1, 2, 2, 3, 4]),
})

export function drawFaults(random: Random, { kinds: aimed, effect: focus }: Aim): readonly Fault[] {
  if (random.chance(0.05)) return []
  const others = random.chance(0.6) ? [random.pick(everyKind)] : []
  const kinds = [...new Set([...aimed, ...others])].filter((kind) => kind !== 'stop')
  const faults = [...drawWireFaults(random, kinds.filter(isOfWire), focus)]
  for (const kind of kinds) {
    if (!isOfWire(kind)) faults.push(drawMachineFault(random, kind, { effect: focus, isNear: aimed.includes(kind) }))
    if (random.chance(0.3)) faults.push(drawAnother(random, kind))
  }
  const deaths = faults.filter(({ kind }) => kind === 'kill' || kind === 'power_cut').length
  if (deaths === 0 && random.chance(0.95)) {
    const kind = random.pick(['kill', 'power_cut'] as const)
    faults.push(drawMachineFault(random, kind, { effect: random.chance(0.15) ? 0 : focus, isNear: false }))
  }
  if (random.chance(0.2)) faults.push({ kind: 'read_fails', call: random.between(1, 12) })
  if (random.chance(0.25)) faults.push({ kind: 'look_up_fails', call: random.between(1, 2) })
  if (random.chance(0.1)) faults.push({ kind: 'model_fails', call: random.between(1, 5) })
  if (random.chance(0.01)) faults.push({ kind: 'model_hangs', call: random.between(1, 4) })
  return faults
}

function isOfWire(kind: Blow): kind is WireFault {
  return (wireFaults as readonly string[]).includes(kind)
}

/**
 * Two on the wire of one effect meet only where the first leaves something to be sent. Nearly every plan has a death, and
 * most have a stop, so those meet others by themselves.
 */
function weightOf(pair: readonly Blow[]): number {
  if (pair.every(isOfWire)) return 5
  return pair.some((blow) => blow === 'stop' || blow === 'kill' || blow === 'power_cut') ? 1 : 3
}

/** One for each attempt of an effect, in an order in which an attempt is likely to have a next. */
function drawWireFaults(random: Random, kinds: readonly WireFault[], effect: number): readonly Fault[] {
  const ofKeyed = kinds.length > 1 && random.chance(0.8)
  const inOrder = kinds
    .map((kind) => ({ kind, place: drawPlace(random, kind) }))
    .toSorted((one, other) => one.place - other.place)
  return inOrder.map(({ kind }, index) => {
    const isLast = index === kinds.length - 1
    const isSilent = kind === 'refuse' ? isLast && random.chance(0.3) : random.chance(0.2)
    return { kind, effect, ofKeyed, attempt: index + 1, isSilent }
  })
}

/** Whose answer comes late may need no next attempt; a double is answered as usual, and has none. */
function drawPlace(random: Random, kind: WireFault): number {
  if (kind === 'duplicate') return 4
  if (kind === 'late_answer' || kind === 'slow_request') return 2 + random.next()
  const mayEndIt = kind === 'refuse' || kind === 'conflict'
  return random.next() + (mayEndIt && random.chance(0.5) ? 3 : 0)
}

function drawAnother(random: Random, kind: FaultKind): Fault {
  const effect = random.between(1, 10)
  return isOfWire(kind)
    ? { kind, effect, ofKeyed: false, attempt: 1, isSilent: random.chance(0.2) }
    : drawMachineFault(random, kind, { effect, isNear: false })
}

/** `isNear`: while the effect is likely to be under way still. */
function drawMachineFault(
  random: Random,
  kind: MachineFault,
  { effect, isNear }: { effect: number; isNear: boolean },
): Fault {
  const isDeath = kind === 'kill' || kind === 'power_cut'
  return {
    kind,
    effect,
    from: drawMoment(random, kind, isNear ? 4 : 1),
    forMs: drawLength(random, kind),
    kept: random.pick([0, 0, 1, random.next()]),
    again:
      isDeath && random.chance(0.5)
        ? { kind: random.pick(['kill', 'power_cut']), calls: random.between(1, random.pick([40, 90])) }
        : undefined,
  }
}

function drawMoment(random: Random, kind: MachineFault, nearness: number): Extract<Fault, { from: unknown }>['from'] {
  const commits = { after: 'commits', count: random.between(1, Math.max(1, 3 / nearness)) } as const
  if (kind === 'commit_fails' || kind === 'commit_lost') return commits
  const ms = { after: 'ms', count: random.between(0, 80 / nearness) } as const
  if (kind === 'disk_full' || kind === 'busy') return random.chance(0.5) ? commits : ms
  return random.chance(0.5) ? { after: 'calls', count: random.between(1, 60 / nearness) } : ms
}

/** Longer than a key is honoured, now and then; longer than a lease, often. */
function drawLength(random: Random, kind: MachineFault): number {
  switch (kind) {
    case 'kill':
    case 'power_cut':
      return random.pick([5, 60, 400, 4_200])
    case 'freeze':
      return random.pick([200, 200, 900, 2_000])
    case 'disk_full':
      return random.pick([2, 40, 400])
    default:
      return random.pick([1, 4, 30, 120])
  }
}
