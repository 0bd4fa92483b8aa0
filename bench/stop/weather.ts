/** The vendor has a bad day: every quarter of a second other faults befall a few writes, and all of them take some time. */
import { setTimeout as wait } from 'node:timers/promises'
import type { FaultRule } from '../../examples/refunds/desk/faults.ts'
import type { Random } from '../tau-retail/random.ts'

interface Desk {
  setFault(rule: FaultRule): Promise<void>
  clearFaults(): Promise<void>
}

const everyMs = 250
const writes = { method: 'POST', path: '/tickets/*' } as const

/** Each leaves the sender without a clear answer, but for the refusal; the longest delay ends before a send may settle. */
const faults: readonly FaultRule[] = [
  { ...writes, fault: 'fail' },
  { ...writes, fault: 'reject', status: 429 },
  { ...writes, fault: 'commit_then_disconnect' },
  { ...writes, fault: 'commit_then_delay', ms: 300 },
  { ...writes, fault: 'delay', ms: 150 },
  { ...writes, fault: 'hang' },
]

/** Until the end of the house. */
export function changeWeather(ends: AsyncDisposableStack, desk: Desk, random: Random): void {
  const over = new AbortController()
  const changing = change(desk, random, over.signal)
  ends.defer(async () => {
    over.abort()
    await changing
  })
}

async function change(desk: Desk, random: Random, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await desk.clearFaults()
    for (let times = random.below(4); times > 0; times--) {
      const fault = faults[random.below(faults.length)]
      if (fault) await desk.setFault({ ...fault, times: 1 + random.below(3) })
    }
    await desk.setFault({ ...writes, fault: 'delay', ms: 5 + random.below(60) })
    await wait(everyMs, undefined, { signal: over }).catch(() => {})
  }
}
