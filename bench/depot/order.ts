/** What a run is started with: a few writes, each with a name that the world wants to see once. */
import type { Random } from '../tau-retail/random.ts'

export const toolNames = ['book', 'ship', 'mail', 'pay'] as const
export type ToolName = (typeof toolNames)[number]

export type Order = {
  readonly order: string
  readonly writes: readonly { readonly tool: ToolName; readonly business: string }[]
}

/** People are asked for one write in ten or so: most of the time is for what they are not asked about. */
const drawn: readonly ToolName[] = ['book', 'book', 'book', 'ship', 'ship', 'ship', 'mail', 'mail', 'mail', 'pay']

export function drawOrder(random: Random, order: string): Order {
  const count = 2 + random.below(3)
  const writes = Array.from({ length: count }, (_, place) => ({
    tool: drawn[random.below(drawn.length)] ?? 'book',
    business: `${order}/${place + 1}`,
  }))
  return { order, writes }
}
