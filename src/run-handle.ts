/** A run as its starter sees it: an id, and what becomes of it. */
import type { Clock } from './clock.ts'
import { CharterError, type ErrorCode } from './errors.ts'
import { type Json, partOf } from './json.ts'
import type { Sealer } from './keyring/sealer.ts'
import { isPayloadRef, type PayloadRef } from './ledger/event.ts'
import type { StreamHead } from './ledger/hash-chain.ts'
import type { Cares, Ledger } from './ledger/ledger.ts'
import type { RunRow } from './ledger/reads.ts'
import type { RunEnded } from './runs/events.ts'
import { loadRun } from './runs/load-run.ts'
import type { Run } from './runs/run.ts'

/** A question that the run waits for, and how a person answers it. */
export interface OpenApproval {
  readonly id: string
  readonly question: string
  readonly command: string
  readonly expiresAt: number
}

export type RunResult = {
  readonly run: string
  readonly costUsd: number
  readonly code: ErrorCode | undefined
} & (
  | { readonly status: 'done' | 'denied' | 'failed' | 'stopped'; readonly output: Json }
  | { readonly status: 'waiting'; readonly approvals: readonly [OpenApproval, ...OpenApproval[]] }
  /** With people: the handoff, or the question to the requester; closed when `output` is there. */
  | { readonly status: 'handed_off'; readonly handoff: string | undefined; readonly output: Json }
)

export interface RunHandle {
  readonly id: string
  /** Resolves at an end, or at a wait for people. Throws `run_not_found`. */
  settled(signal?: AbortSignal): Promise<RunResult>
}

interface Reader {
  readonly ledger: Pick<Ledger, 'find' | 'read' | 'payloads' | 'snapshots' | 'changed'>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly tenant: string
}

export function runHandle(reader: Reader, id: string): RunHandle {
  return {
    id,
    async settled(signal) {
      const settles: Cares = ({ stream, type }) => stream === `run/${id}` && mayRest.has(type)
      const settled = new AbortController()
      const until = signal ? AbortSignal.any([signal, settled.signal]) : settled.signal
      try {
        for (;;) {
          // The wait begins before the look: what is committed while we look ends it.
          const changed = reader.ledger.changed(until, settles)
          const result = await resultNow(reader, id)
          if (result) return result
          signal?.throwIfAborted()
          await changed
        }
      } finally {
        settled.abort(over)
      }
    },
  }
}

/** Why nobody waits any more: without a reason an abort makes an error, with a stack. */
const over = 'over'

/** An approval is asked, and may be granted by its own editor, in the commit after which the run waits. */
const mayRest: ReadonlySet<string> = new Set(['run.waiting', 'run.ended'])

/** What became of the run, or nothing while it moves. */
async function resultNow(reader: Reader, id: string): Promise<RunResult | undefined> {
  const { ledger, tenant } = reader
  // An end, a wait and all that people say are synced before anybody sees them, and so is what stands before them; a
  // run that moves is shown to nobody.
  const reads = { row: { read: 'run', run: id }, head: { read: 'head', stream: `run/${id}` } } as const
  const { row, head } = await ledger.find(tenant, reads, 'latest')
  if (!row)
    throw new CharterError('run_not_found', `no run \`${id}\``, { hint: 'list the runs with `charter run list`' })
  if (row.status === 'running') return undefined
  const ended = row.ended_at === null ? undefined : await endIn(reader, row, head)
  if (ended) return ended
  const { run } = await loadRun(reader, id)
  if (await isAnswered(reader, run)) return undefined
  const common = { run: id, costUsd: run.spent.cost_micro_usd / 1_000_000, code: run.code ?? run.escalated }
  switch (run.status) {
    case 'running':
      return undefined
    case 'waiting': {
      const approvals = await openApprovals(reader, id)
      const [first, ...rest] = approvals
      if (first) return { ...common, status: 'waiting', approvals: [first, ...rest] }
      return run.waiting?.awaits === 'requester'
        ? { ...common, status: 'handed_off', handoff: run.waiting.id, output: null }
        : undefined
    }
    case 'handed_off':
      return {
        ...common,
        status: 'handed_off',
        handoff: run.waiting?.id,
        output: await outputOf(reader, id, run.output),
      }
    default:
      return { ...common, status: run.status, output: await outputOf(reader, id, run.output) }
  }
}

/** An end says by itself how it was, unless something came late after it: most runs need not be folded to know. */
async function endIn(reader: Reader, row: RunRow, { seq }: StreamHead): Promise<RunResult | undefined> {
  const { run, cost_micro_usd: cost } = row
  const [last] = await reader.ledger.read(reader.tenant, `run/${run}`, seq - 1, 'latest')
  if (last?.type !== 'run.ended') return undefined
  const { status, code, output: ref } = last.body as object as RunEnded
  const common = { run, costUsd: cost / 1_000_000, code, output: await outputOf(reader, run, ref) }
  return status === 'handed_off' ? { ...common, status, handoff: undefined } : { ...common, status }
}

/** People have closed what the run was handed over for, and the engine has not taken it up yet. */
async function isAnswered({ ledger, tenant }: Reader, { waiting, id }: Run): Promise<boolean> {
  if (!waiting || waiting.awaits === 'approval') return false
  const { handoffs } = await ledger.find(tenant, { handoffs: { read: 'handoffs', run: id } }, 'latest')
  return handoffs.some((row) => row.handoff === waiting.id && row.settled_at !== null)
}

async function outputOf(reader: Reader, id: string, ref: PayloadRef | undefined): Promise<Json> {
  return ref ? open(reader, `run/${id}`, ref) : null
}

async function open({ ledger, sealer, tenant }: Reader, stream: string, ref: PayloadRef): Promise<Json> {
  await sealer.prepare(stream)
  const [payload] = await ledger.payloads(tenant, stream, [ref.n])
  return payload ? sealer.open(payload) : null
}

/** Pending only: one that was answered means that the run is about to move. */
async function openApprovals(reader: Reader, run: string): Promise<readonly OpenApproval[]> {
  const { ledger, tenant } = reader
  const { rows } = await ledger.find(tenant, { rows: { read: 'approvals', status: 'pending', run } }, 'latest')
  return Promise.all(
    rows.map(async (row) => ({
      id: row.approval,
      question: await questionText(reader, row.approval, row.tool),
      command: `charter approval grant ${row.approval} --as YOU --yes`,
      expiresAt: row.expires_at,
    })),
  )
}

async function questionText(reader: Reader, approval: string, tool: string): Promise<string> {
  const stream = `approval/${approval}`
  const [requested] = await reader.ledger.read(reader.tenant, stream, 0, 'latest')
  const ref = requested?.body.question
  const asked = isPayloadRef(ref) ? partOf(await open(reader, stream, ref), 'arguments') : undefined
  return asked === undefined ? `may ${tool} go ahead?` : `may ${tool} go ahead with ${JSON.stringify(asked)}?`
}
