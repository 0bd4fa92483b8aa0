/** The files of an incident, as text: the draft, the whole timeline, an export that proves both, and capsules. */
import { createHash } from 'node:crypto'
import { makeCapsule } from '../capsules/make-capsule.ts'
import { classesOfContent } from '../capsules/withheld.ts'
import type { House } from '../commands/house.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { exportHouse } from '../ledger/export-house.ts'
import type { RuleText } from '../traces/account.ts'
import { accountOf } from '../traces/account.ts'
import type { Trace } from '../traces/trace.ts'
import { draftPostmortem } from './postmortem.ts'
import type { IncidentStory } from './read-incident.ts'

export interface CollectedFile {
  readonly name: string
  readonly text: string
}

export interface Collected {
  readonly files: readonly CollectedFile[]
  /** SHA-256 of the export, hex. */
  readonly evidence: string
  readonly events: number
}

export interface CollectParts {
  readonly house: House & { readonly keyring: Keyring }
  readonly story: IncidentStory
  readonly isCut: boolean
  /** The accounts of the runs, with what they read and said in clear: whoever asks for them keeps them safe. */
  readonly accounts?: (trace: Trace) => Promise<RuleText>
}

export async function collectIncident({ house, story, isCut, accounts }: CollectParts): Promise<Collected> {
  const lines = await Array.fromAsync(await evidenceOf(house, story.streams))
  const evidence = lines.join('')
  const { publicKey } = await house.keyring.signingKey()
  const files = [
    { name: 'postmortem.md', text: draftPostmortem({ story, at: house.clock.now(), isCut }) },
    { name: 'timeline.tsv', text: timelineText(story) },
    { name: 'evidence.jsonl', text: evidence },
    { name: 'ledger.pub', text: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  ]
  const hash = createHash('sha256').update(evidence).digest('hex')
  return {
    files: [
      ...files,
      ...(await capsuleFiles(house, story, accounts !== undefined)),
      ...(await accountFiles(story, accounts)),
    ],
    evidence: hash,
    events: lines.length,
  }
}

async function evidenceOf(house: CollectParts['house'], streams: readonly string[]) {
  return exportHouse(house, { of: 'streams', tenant: house.tenant, streams: await written(house, streams) }, 'all')
}

/** An older Charter did not write down every release that it ran. */
async function written({ ledger, tenant }: House, streams: readonly string[]): Promise<readonly string[]> {
  const heads = await Promise.all(streams.map((stream) => ledger.find(tenant, { head: { read: 'head', stream } })))
  return streams.filter((_, index) => (heads[index]?.head.seq ?? 0) > 0)
}

function timelineText({ timeline }: IncidentStory): string {
  const rows = timeline.map(({ at, stream, seq, who, what }) => [new Date(at).toISOString(), stream, seq, who, what])
  return [['at', 'stream', 'seq', 'who', 'what'], ...rows].map((row) => `${row.join('\t')}\n`).join('')
}

/** Of the run that it was opened on, without what stands in clear in a capsule; or of every run, with it. */
async function capsuleFiles(
  house: CollectParts['house'],
  { row, runs }: IncidentStory,
  inClear: boolean,
): Promise<readonly CollectedFile[]> {
  const wanted = inClear ? runs.map(({ run }) => run) : [row.run]
  const files: CollectedFile[] = []
  for (const run of wanted) {
    const text = await makeCapsule(house, run, { withheld: inClear ? [] : classesOfContent })
    files.push({ name: `runs/${run}.capsule`, text })
  }
  return files
}

async function accountFiles(
  { traces }: IncidentStory,
  accounts: CollectParts['accounts'],
): Promise<readonly CollectedFile[]> {
  const files: CollectedFile[] = []
  if (!accounts) return files
  for (const trace of traces) {
    files.push({ name: `runs/${trace.run}.txt`, text: `${accountOf(trace, await accounts(trace)).join('\n')}\n` })
  }
  return files
}
