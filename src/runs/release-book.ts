/**
 * What exactly ran is kept beside what it did: the content of each release stands in the ledger before its first run
 * begins, so that a run can be replayed when the tools and the prices of its day are gone.
 */
import type { Json, JsonObject } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { Append, Ledger } from '../ledger/ledger.ts'
import type { Release, ReleaseContent } from './release.ts'

export interface ReleaseBook {
  /** Records it where nobody has. */
  record(agent: string, release: Omit<Release, 'content'>, content: ReleaseContent): Promise<void>
}

interface House {
  readonly ledger: Pick<Ledger, 'transact'>
  readonly sealer: Sealer
  readonly tenant: string
}

export const releaseStream = (hash: string): string => `release/${hash}`

export function createReleaseBook(house: House): ReleaseBook {
  const recorded = new Map<string, Promise<void>>()
  return {
    record(agent, release, content) {
      const known = recorded.get(release.hash) ?? recordOnce(house, agent, release, content)
      recorded.set(release.hash, known)
      known.catch(() => recorded.delete(release.hash))
      return known
    },
  }
}

async function recordOnce(
  { ledger, sealer, tenant }: House,
  agent: string,
  { hash, parts }: Omit<Release, 'content'>,
  content: ReleaseContent,
): Promise<void> {
  const stream = releaseStream(hash)
  await sealer.prepare(stream)
  await ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }],
    reads: { head: { read: 'head', stream } },
    decide: ({ head }): { append: readonly Append[]; answer: undefined } => {
      if (head.seq > 0) return { append: [], answer: undefined }
      const { payload, ref } = sealer.seal(stream, 1, 'release', asJson(content))
      const body: JsonObject = { release: hash, agent, parts: { ...parts }, content: { ...ref } }
      const events = [{ type: 'release.recorded', v: 1, actor: `agent:${agent}`, body }]
      return { append: [{ stream, after: head, events, payloads: [payload] }], answer: undefined }
    },
  })
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
