/** A bound is reached, or nothing comes of trying: the run goes to a human, asks its requester, or halts. */
import type { ErrorCode } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Append } from '../ledger/ledger.ts'
import { tellRefusal } from './answer-action.ts'
import type { Moving } from './moving.ts'
import { type Step, unfinished } from './next-step.ts'
import { startedOf } from './started-of.ts'

export type Escalating = Omit<Extract<Step, { step: 'escalate' }>, 'step'>

export async function escalate(moving: Moving, { code, escalation, bound, action }: Escalating): Promise<void> {
  const { journal, world } = moving
  for (const open of unfinished(journal.run))
    await tellRefusal(moving, open, open.proposed.action === action ? code : 'not_attempted')
  const id = newId('hand', world.clock, world.random)
  const detail = { ...(bound !== undefined && { bound }), ...(action !== undefined && { action }) }
  if (escalation === 'halt') {
    journal.draft({ type: 'run.escalated', body: { escalation, code, ...detail } })
    journal.draft({ type: 'run.ended', body: { status: 'failed', code } })
    return
  }
  journal.draft({ type: 'run.escalated', body: { escalation, code, handoff: id, ...detail } })
  journal.draft({
    type: 'run.waiting',
    body: { awaits: escalation === 'handoff_to_human' ? 'handoff' : 'requester', id },
  })
  const stream = `handoff/${id}`
  await journal.commit([assign(moving, id, groupOf(moving, escalation), code, bound)], [{ lock: 'stream', stream }])
}

/** Whoever is on call; else whoever answers for the agent. The requester is a group of one. */
function groupOf(moving: Moving, escalation: 'handoff_to_human' | 'ask_requester'): string {
  const { page } = moving.pinned
  if (escalation === 'ask_requester') return startedOf(moving).on_behalf_of ?? page.agent.owner ?? 'owner'
  return page.onCall ?? page.agent.owner ?? 'owner'
}

function assign(
  { journal, pinned }: Moving,
  id: string,
  group: string,
  code: ErrorCode,
  bound: string | undefined,
): Append {
  const body = {
    handoff: id,
    run: journal.run.id,
    agent: pinned.page.agent.name,
    group,
    code,
    ...(bound !== undefined && { bound }),
  }
  return {
    stream: `handoff/${id}`,
    after: 'any',
    events: [{ type: 'handoff.assigned', v: 1, actor: `run:${journal.run.id}`, body }],
  }
}
