/** Looks whether what a run waits for has come; what another stream said is copied into the run's when it is acted on. */
import { type Approval, decideApproval, signatureCounts } from '../approvals/approval.ts'
import type { Json } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'
import type { StopRow } from '../ledger/reads.ts'
import { effectiveStage } from '../stops/stop.ts'
import { validateArguments } from '../tools/parse-arguments.ts'
import { appendTo, readApproval } from './ask-people.ts'
import { isUnclear } from './effect.ts'
import type { RunWaiting } from './events.ts'
import type { Head } from './journal.ts'
import { type Moving, seal } from './moving.ts'
import { proposalIn } from './payload-content.ts'
import { draftProposal, type Proposal } from './propose-actions.ts'
import { giveUp } from './resolve-effect.ts'

/** Whether the run may go on. */
export async function wake(moving: Moving): Promise<boolean> {
  const { waiting } = moving.journal.run
  if (!waiting) return true
  if (waiting.awaits === 'handoff' || waiting.awaits === 'requester') return wakeFromPeople(moving, waiting)
  const stops = await stopsInForce(moving)
  if (isAborted(moving, stops)) return endStopped(moving, waiting)
  return waiting.awaits === 'stop' ? wakeFromStop(moving, waiting, stops) : wakeFromApproval(moving, waiting)
}

async function stopsInForce({ world }: Moving): Promise<readonly StopRow[]> {
  const { stops } = await world.ledger.find(world.tenant, { stops: { read: 'stops' } }, 'latest')
  return stops
}

function isAborted({ world, journal }: Moving, stops: readonly StopRow[]): boolean {
  const agent = journal.run.started?.agent ?? ''
  return effectiveStage('auto', stops, { agent, environment: world.environment }).level === 'abort'
}

/** A stop that aborts ends a run that rests as well; what it had asked is not asked any more. */
async function endStopped(moving: Moving, { awaits, id }: RunWaiting): Promise<boolean> {
  const { journal } = moving
  journal.draft({ type: 'run.woken', body: { awaits, id, outcome: 'stopped' } })
  for (const effect of journal.run.effects.values())
    if (isUnclear(effect)) giveUp(moving, effect, moving.tools.get(effect.last.tool))
  journal.draft({ type: 'run.ended', body: { status: 'stopped', code: 'stopped' } })
  if (awaits !== 'approval') return true
  const stream = `approval/${id}`
  const { approval, head } = await readApproval(moving, id)
  const events = decideApproval(approval, { type: 'cancel', code: 'stopped', now: moving.world.ledger.now() })
  await journal.commit(events.length > 0 ? [appendTo(stream, head, events)] : [], [{ lock: 'stream', stream }])
  return true
}

/** Lifted, changed, or not worth waiting for any longer: what may be done now is asked anew. */
function wakeFromStop({ world, journal }: Moving, { id, until = 0 }: RunWaiting, stops: readonly StopRow[]): boolean {
  const isInForce = stops.some(({ stop }) => stop === id)
  const outcome = !isInForce ? 'lifted' : world.ledger.now() >= until ? 'expired' : 'changed'
  journal.draft({ type: 'run.woken', body: { awaits: 'stop', id, outcome } })
  return true
}

async function wakeFromApproval(moving: Moving, waiting: RunWaiting): Promise<boolean> {
  const { journal } = moving
  const { approval, head } = await readApproval(moving, waiting.id)
  if (approval.status === 'none') return false
  if (approval.status === 'pending') return expire(moving, waiting, approval, head)
  const { asked } = approval
  const reason = approval.status === 'denied' ? await copyReason(moving, waiting.id) : undefined
  journal.draft({
    type: 'run.woken',
    body: {
      awaits: 'approval',
      id: waiting.id,
      outcome: approval.status,
      digest: asked.digest,
      signatures: signatureCounts(approval),
      ...(reason && { reason: reason.ref, group: reason.group }),
    },
  })
  if (approval.status === 'edited' && approval.edit) await proposeEdit(moving, waiting, approval.edit)
  return true
}

/** Silence is never a yes, and never a no: it is its own ending. */
async function expire(moving: Moving, waiting: RunWaiting, approval: Approval, head: Head): Promise<boolean> {
  const { world, journal } = moving
  const events = decideApproval(approval, { type: 'expire', now: world.ledger.now() })
  if (events.length === 0) return false
  const stream = `approval/${waiting.id}`
  journal.draft({ type: 'run.woken', body: { awaits: 'approval', id: waiting.id, outcome: 'expired' } })
  await journal.commit([appendTo(stream, head, events)], [{ lock: 'stream', stream }])
  return true
}

async function copyReason(moving: Moving, approval: string): Promise<{ ref: PayloadRef; group: string } | undefined> {
  const { world } = moving
  const stream = `approval/${approval}`
  const denied = (await world.ledger.read(world.tenant, stream, 0, 'latest')).find(
    (event) => event.type === 'approval.denied',
  )
  const reason = denied && (await contentOf(moving, stream, denied, 'reason'))
  if (reason === undefined) return undefined
  return { ref: seal(moving, 'arguments', reason), group: String(denied?.body.group ?? '') }
}

/** An approver's edit: validated as the model's own arguments are, and judged anew. */
async function proposeEdit(
  moving: Moving,
  waiting: RunWaiting,
  edit: { by: string; group: string; arguments: PayloadRef },
): Promise<void> {
  const { world, journal } = moving
  const action = journal.run.actions.get(waiting.action ?? '')
  const tool = action && moving.tools.get(action.proposed.tool)
  if (!action || !tool) return
  const stream = `approval/${waiting.id}`
  await world.sealer.prepare(stream)
  const [payload] = await world.ledger.payloads(world.tenant, stream, [edit.arguments.n])
  const content = payload ? world.sealer.open(payload) : null
  const validated = await validateArguments(tool, content)
  const before = proposalIn(await moving.payloads.open(action.proposed.arguments))
  const intent = before.readable && before.intent ? { intent: before.intent } : {}
  const proposal: Proposal = validated.ok
    ? { readable: true, input: validated.value, ...intent }
    : { readable: false, source: JSON.stringify(content).slice(0, 4096), problems: validated.problems }
  const { turn, index, call, dry_run: dryRun } = action.proposed
  const place = { action: `${action.proposed.action}e`, turn, index, call, dryRun, editedFrom: action.proposed.action }
  draftProposal(moving, { ...place, editedBy: { by: edit.by, group: edit.group } }, tool.name, tool, proposal)
}

/** A handoff that was returned or resolved, or the requester's answer. */
async function wakeFromPeople(moving: Moving, waiting: RunWaiting): Promise<boolean> {
  const { world, journal } = moving
  const stream = `handoff/${waiting.id}`
  const events = await world.ledger.read(world.tenant, stream, 0, 'latest')
  const ending = events.find((event) => event.type === 'handoff.resolved' || event.type === 'handoff.returned')
  if (!ending) return false
  const isReturned = ending.type === 'handoff.returned'
  const said = await contentOf(moving, stream, ending, isReturned ? 'note' : 'outcome')
  const by = String(ending.body.by ?? ending.actor)
  const extended = ending.body.extends as { turns?: number; tool_calls?: number; cost_micro_usd?: number } | undefined
  journal.draft({
    type: 'run.woken',
    body: {
      awaits: waiting.awaits,
      id: waiting.id,
      outcome: isReturned ? 'returned' : 'resolved',
      by,
      ...(isReturned && said !== undefined && { message: seal(moving, 'prompt', said) }),
      ...(extended && { extends: extended }),
    },
  })
  if (!isReturned)
    journal.draft({
      type: 'run.ended',
      body: { status: 'handed_off', ...(said !== undefined && { output: seal(moving, 'result', said) }) },
    })
  return true
}

async function contentOf(
  { world }: Moving,
  stream: string,
  event: LedgerEvent,
  key: string,
): Promise<Json | undefined> {
  const ref = event.body[key] as PayloadRef | null | undefined
  if (!ref) return undefined
  await world.sealer.prepare(stream)
  const [payload] = await world.ledger.payloads(world.tenant, stream, [ref.n])
  return payload && world.sealer.open(payload)
}
