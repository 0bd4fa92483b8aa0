/**
 * Draws what goes wrong. Each seed favours a few kinds and strikes around the same few sendings, because faults that come
 * one after the other find less than those that meet.
 */
import { type Fault, type FaultKind, type MachineFault, machineFaults, type WireFault, wireFaults } from './plan.ts'
import type { Random } from './random.ts'

const everyKind = [...wireFaults, ...machineFaults] as const

export function drawFaults(random: Random): readonly Fault[] {
  if (random.chance(0.05)) return []
  const kinds = new Set(Array.from({ length: random.between(2, 4) }, () => random.pick(everyKind)))
  const focus = random.between(1, 6)
  const faults: Fault[] = []
  let attempt = 1
  // A double is answered as usual, and nothing is sent after it: it comes last.
  for (const kind of [...kinds].sort((one, other) => Number(one === 'duplicate') - Number(other === 'duplicate'))) {
    const effect = random.chance(0.85) ? focus : random.between(1, 8)
    if (isOfWire(kind)) faults.push(drawWireFault(random, kind, effect, attempt++))
    else faults.push(drawMachineFault(random, kind, effect))
    if (random.chance(0.3)) faults.push(drawAnother(random, kind))
  }
  const deaths = faults.filter(({ kind }) => kind === 'kill' || kind === 'power_cut').length
  if (deaths === 0 && random.chance(0.95))
    faults.push(drawMachineFault(random, random.pick(['kill', 'power_cut']), focus))
  if (random.chance(0.2)) faults.push({ kind: 'read_fails', call: random.between(1, 12) })
  if (random.chance(0.25)) faults.push({ kind: 'look_up_fails', call: random.between(1, 2) })
  if (random.chance(0.1)) faults.push({ kind: 'model_fails', call: random.between(1, 5) })
  if (random.chance(0.01)) faults.push({ kind: 'model_hangs', call: random.between(1, 4) })
  return faults
}

const isOfWire = (kind: FaultKind): kind is WireFault => (wireFaults as readonly string[]).includes(kind)

const drawWireFault = (random: Random, kind: WireFault, effect: number, attempt: number): Fault => ({
  kind,
  effect,
  attempt,
  isSilent: random.chance(0.2),
})

function drawAnother(random: Random, kind: FaultKind): Fault {
  const effect = random.between(1, 10)
  return isOfWire(kind) ? drawWireFault(random, kind, effect, 1) : drawMachineFault(random, kind, effect)
}

function drawMachineFault(random: Random, kind: MachineFault, effect: number): Fault {
  const isDeath = kind === 'kill' || kind === 'power_cut'
  return {
    kind,
    effect: isDeath && random.chance(0.15) ? 0 : effect,
    from: drawMoment(random, kind),
    forMs: drawLength(random, kind),
    kept: random.pick([0, 0, 1, random.next()]),
    again: isDeath && random.chance(0.5) ? random.between(1, random.pick([40, 90])) : undefined,
  }
}

function drawMoment(random: Random, kind: MachineFault): Extract<Fault, { from: unknown }>['from'] {
  if (kind === 'commit_fails' || kind === 'commit_lost') return { after: 'commits', count: random.between(1, 3) }
  if (kind === 'disk_full' || kind === 'busy')
    return random.chance(0.5)
      ? { after: 'commits', count: random.between(1, 3) }
      : { after: 'ms', count: random.between(0, 60) }
  return random.chance(0.5)
    ? { after: 'calls', count: random.between(1, 60) }
    : { after: 'ms', count: random.between(0, 80) }
}

/** Longer than a key is honoured, now and then; longer than a lease, often. */
function drawLength(random: Random, kind: MachineFault): number {
  switch (kind) {
    case 'kill':
    case 'power_cut':
      return random.pick([5, 60, 400, 4_200])
    case 'freeze':
      return random.pick([200, 900, 2_000])
    case 'disk_full':
      return random.pick([2, 40, 400])
    default:
      return random.pick([1, 4, 30, 120])
  }
}
