/**
 * Moves a recorded run under a supposition: another page, prompt, policy, tool or model. The engine's own code decides;
 * reads and writes are answered as they were then, or by the tool's preview, and nothing is sent to anybody.
 */
import { isCharterError } from '../../errors.ts'
import type { LedgerEvent, PayloadRef } from '../../ledger/event.ts'
import { advance } from '../../runs/advance.ts'
import { failRun } from '../../runs/fail-run.ts'
import type { Journal } from '../../runs/journal.ts'
import type { Moving } from '../../runs/moving.ts'
import type { Payloads } from '../../runs/payloads.ts'
import { agesAtOnce, takeInHand } from '../../runs/take-in-hand.ts'
import { NotKept } from '../ending.ts'
import { journalOver } from '../journal-over.ts'
import { charterStreamOf } from '../recorded-run.ts'
import type { Recording } from '../recording.ts'
import { Past } from './past.ts'
import { answerAsThen } from './people.ts'
import { type SupposedWorld, supposedWorld } from './supposed-world.ts'
import { Supposing } from './supposing.ts'
import { type Beyond, IsBeyond, type Supposition } from './supposition.ts'

/** A supposed run as far as anything is known of it. */
export interface SupposedRun {
  readonly recorded: readonly LedgerEvent[]
  readonly supposed: readonly LedgerEvent[]
  readonly approvals: ReadonlyMap<string, readonly LedgerEvent[]>
  /** Why it goes no further; nothing where it came to its end. */
  readonly beyond: Beyond | undefined
  readonly assumptions: readonly string[]
  readonly past: Past
}

/** Far more questions than a run asks people. */
const mostWaits = 200

/** Throws `charter_invalid` or `policy_invalid` where the supposed page does not fit the tools. */
export async function supposeRun(recording: Recording, supposition: Supposition): Promise<SupposedRun> {
  const past = new Past(recording)
  const supposing = new Supposing(past, supposition)
  const page = supposition.page ?? recording.pages.get(recording.started.charter)
  if (!page) throw new NotKept(charterStreamOf(recording.started), { n: 0, class: 'charter', sha256: '' })
  const compiled = supposition.project.compile(page)
  const world = supposedWorld(supposing, compiled)
  const [first] = recording.events
  const { position: _, ...draft } = first as LedgerEvent
  world.ledger.write(past.stream, [{ ...draft, body: { ...draft.body, charter: page.hash } }])
  const beyond = await moveOn(supposing, world)
  return {
    recorded: recording.events,
    supposed: world.ledger.eventsOf(past.stream),
    approvals: world.ledger.streamsOf('approval/'),
    beyond,
    assumptions: [...supposing.assumptions],
    past,
  }
}

async function moveOn(supposing: Supposing, world: SupposedWorld): Promise<Beyond | undefined> {
  const asked = new Map<string, number>()
  for (let waits = 0; waits < mostWaits; waits++) {
    const { run } = await moveOnce(supposing, world)
    if (supposing.ended) return supposing.ended
    if (!run.waiting) return undefined
    const about = run.waiting.action ?? run.waiting.awaits
    const n = asked.get(about) ?? 0
    asked.set(about, n + 1)
    if (!answerAsThen(supposing, world.ledger, run.waiting, n)) return { why: 'waits', for: run.waiting.awaits }
  }
  return { why: 'waits', for: 'people, over and over' }
}

async function moveOnce(supposing: Supposing, world: SupposedWorld): Promise<Journal> {
  const journal = journalOf(supposing, world)
  try {
    await advance(await inHand(supposing, world, journal))
  } catch (error) {
    if (error instanceof NotKept) supposing.leave(notKept(error))
    else if (!(error instanceof IsBeyond) && !isCharterError(error)) throw error
    else if (isCharterError(error)) await failRun(world, journalOf(supposing, world), error)
  }
  return journalOf(supposing, world)
}

const notKept = ({ message, stream, ref }: NotKept): Beyond => ({
  why: 'not_kept',
  what: message,
  stream,
  missing: ref,
})

const journalOf = ({ past }: Supposing, world: SupposedWorld): Journal =>
  journalOver(world, past.recording.run, world.ledger.eventsOf(past.stream), 'supposed')

function inHand(supposing: Supposing, world: SupposedWorld, journal: Journal): Promise<Moving> {
  const lost = new AbortController().signal
  const signal = supposing.takeUp(journal)
  return takeInHand({ world, journal, payloads: supposedPayloads(supposing), lost, signal, ages: agesAtOnce })
}

function supposedPayloads(supposing: Supposing): Payloads {
  const { stream } = supposing.past
  const open = (ref: PayloadRef) => {
    const content = supposing.contentOf(stream, ref.n)
    if (content === undefined) throw new NotKept(stream, ref)
    return content
  }
  return { open: async (ref) => open(ref), openAll: async (refs) => refs.map(open), remember: () => {} }
}
