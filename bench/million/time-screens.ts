/** How long a person waits who opens one run, or turns a page of the list. Milliseconds, each of a run or page of its own. */
import { accountOf } from '../../src/traces/account.ts'
import { readTrace } from '../../src/traces/read-trace.ts'
import { traceOf } from '../../src/traces/trace.ts'
import { randomOf } from '../tau-retail/random.ts'
import type { Clerk } from './open-clerk.ts'

interface Sampling {
  readonly seed: number
  readonly samples: number
}

const warmUp = 20
const rowsOfPage = 50

/** As `charter run show` does: events, content, the story in words. */
export async function timeOpen({ house, runs }: Clerk, { seed, samples }: Sampling): Promise<readonly number[]> {
  const random = randomOf(seed, 'open')
  return times(samples, async () => {
    const run = runs[random.below(runs.length)] ?? ''
    const said = accountOf(traceOf(await readTrace(house, run)), () => undefined)
    if (said.length < 10) throw new Error(`${run} has no story: ${said}`)
  })
}

/** As `charter run list` does, with and without a filter, from anywhere in the ledger. */
export async function timeList({ house, runs }: Clerk, { seed, samples }: Sampling): Promise<readonly number[]> {
  const random = randomOf(seed, 'list')
  const filters = [{}, { status: 'done' }, { agent: 'counter' }] as const
  return times(samples, async (n) => {
    const before = runs[random.below(Math.max(1, runs.length - rowsOfPage))] ?? ''
    const page = { read: 'runs', environment: 'dev', most: rowsOfPage, before, ...filters[n % filters.length] } as const
    const { rows } = await house.ledger.find(house.tenant, { rows: page })
    if (rows.length === 0) throw new Error(`nothing stands before ${before}`)
  })
}

async function times(samples: number, work: (n: number) => Promise<void>): Promise<readonly number[]> {
  const taken: number[] = []
  for (let n = -warmUp; n < samples; n++) {
    const began = performance.now()
    await work(n + warmUp)
    if (n >= 0) taken.push(performance.now() - began)
  }
  return taken
}
