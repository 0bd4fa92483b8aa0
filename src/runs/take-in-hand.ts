/** A run taken in hand: what its earlier reads answered and the page that it pinned are opened, everything else is begun. */
import type { Clock } from '../clock.ts'
import type { Json } from '../json.ts'
import { Brought } from './brought.ts'
import { Conversation } from './conversation.ts'
import type { Moving } from './moving.ts'

export interface Taken extends Pick<Moving, 'world' | 'journal' | 'payloads' | 'lost' | 'signal'> {
  /** By which what a turn brought along grows old: the world's own where none is given. */
  readonly ages?: Pick<Clock, 'monotonic'>
}

/** Throws `charter_invalid` or `policy_invalid` where the pinned page does not fit the tools of this process. */
export async function takeInHand({ ages, ...taken }: Taken): Promise<Moving> {
  const { world, journal, payloads } = taken
  const { agent = '', charter = '' } = journal.run.started ?? {}
  const outputs = new Map<string, Json[]>()
  for (const [tool, refs] of journal.run.outputs) outputs.set(tool, [...(await payloads.openAll(refs))])
  return {
    ...taken,
    conversation: new Conversation(),
    brought: new Brought(ages ?? world.clock),
    pinned: await world.charters.compiled(agent, charter),
    tools: world.toolsOf(agent),
    outputs,
  }
}

/** What was brought along a moment ago is out of date at once, and looked up anew. */
export const agesAtOnce: Pick<Clock, 'monotonic'> = { monotonic: () => Number.NaN }
