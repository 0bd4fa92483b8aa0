/** Draws what one run's model proposes: reads, every kind of write, the same again, previews, and several at once. */
import type { WrittenTurn } from '../../src/models/script.ts'
import type { Aim } from './draw-faults.ts'
import type { RunPlanned } from './plan.ts'
import type { Random } from './random.ts'

type Call = NonNullable<WrittenTurn['calls']>[number]

export function drawRun(random: Random, index: number, { kinds }: Aim): RunPlanned {
  // What is sent once and cannot be asked about shows best what a process that stood still forgot.
  const tools = kinds.includes('freeze') && random.chance(0.5) ? sentOnce : everyTool
  const turns: WrittenTurn[] = []
  const proposed: Call[] = []
  for (let turn = random.between(2, 6); turn > 0; turn--) {
    const calls = Array.from({ length: random.chance(0.35) ? random.between(2, 3) : 1 }, () =>
      drawCall(random, proposed, tools),
    )
    turns.push({ calls })
    proposed.push(...calls)
  }
  const orders = random.chance(0.3) ? [order(random), order(random)] : undefined
  return {
    name: `r${index}`,
    atMs: index === 0 ? 0 : random.between(0, 500),
    turns: [...turns, { say: 'Done.' }],
    orders,
    sharesGrant: random.chance(0.3),
  }
}

const everyTool = [
  'refund',
  'refund',
  'refund',
  'credit',
  'credit',
  'transfer',
  'transfer',
  'message',
  'quote',
  'show_order',
] as const
const sentOnce = ['message', 'message', 'quote', 'quote', 'refund'] as const

function drawCall(random: Random, proposed: readonly Call[], tools: typeof everyTool | typeof sentOnce): Call {
  const [again, ...others] = proposed
  if (again && random.chance(0.15)) return random.pick([again, ...others])
  const tool = random.pick<(typeof everyTool)[number]>(tools)
  const dryRun = random.chance(0.06) ? { dry_run: true } : {}
  switch (tool) {
    case 'show_order':
    case 'quote':
      return { tool, input: { order: order(random) } }
    case 'message':
      return { tool, input: { order: order(random), text: random.pick(['hello', 'sorry', 'done']), ...dryRun } }
    default:
      return { tool, input: { order: order(random), amount: amount(random), ...dryRun } }
  }
}

const order = (random: Random): string => `o_${random.between(1, 3)}`

/** Small ones, one that asks, one that is too much, and the tens that add up to a limit. */
const amount = (random: Random): string =>
  random.pick(['3.00', '8.00', '15.00', '40.00', '45.00', '60.00', '75.00', '95.00'])
