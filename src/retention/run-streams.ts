/** The streams that hold content of a run, and the run that a stream's content belongs to. */
import type { House } from '../commands/house.ts'
import type { RunRow } from '../ledger/reads.ts'

type Reading = Pick<House, 'ledger' | 'tenant'>

/** Its own, its questions to people, its handoffs, and its grant with the reason for which it was revoked. */
export async function streamsOfRun({ ledger, tenant }: Reading, { run, grant }: RunRow): Promise<readonly string[]> {
  const { approvals, handoffs } = await ledger.find(tenant, {
    approvals: { read: 'approvals', run },
    handoffs: { read: 'handoffs', run },
  })
  return [
    `run/${run}`,
    ...approvals.map(({ approval }) => `approval/${approval}`),
    ...handoffs.map(({ handoff }) => `handoff/${handoff}`),
    `grant/${grant}`,
  ]
}

/** Nothing for a stream that belongs to no run: pages, releases, stops. */
export async function runOfStream({ ledger, tenant }: Reading, stream: string): Promise<string | undefined> {
  if (stream.startsWith('run/')) return stream.slice('run/'.length)
  if (!/^(?:approval|handoff)\//.test(stream)) return undefined
  const [first] = await ledger.read(tenant, stream)
  return typeof first?.body.run === 'string' ? first.body.run : undefined
}
