/**
 * Sends a write. One transaction takes every lock the write needs, looks again at everything that may have changed
 * since it was judged, and appends `effect.dispatched`; only then is the tool called. No tool code runs under a lock.
 */
import type { ErrorCode } from '../errors.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import type { ApprovalRow } from '../ledger/reads.ts'
import type { Tool } from '../tools/tool.ts'
import { effectIdOf, mintKey } from './effect-key.ts'
import type { EffectDispatched } from './events.ts'
import type { Gathered } from './gathered.ts'
import { judge, type Question } from './judge.ts'
import { draftDecision, gatheredOf, questionOf, signaturesThatCount } from './judge-action.ts'
import type { Moving } from './moving.ts'
import { type Plan, planOf } from './plan.ts'
import type { Action } from './run.ts'
import { type Ground, groundOf, inForceOf, liveFrom, readsFor } from './standing.ts'

export type Dispatched =
  /** It may be called now: what was reserved, and when (monotonic) the transaction began. */
  | { dispatched: 'sent'; sent: EffectDispatched; begun: number }
  /** Another effect on the same subject is in flight. */
  | { dispatched: 'busy'; until: number }
  /** Judged again under the locks, the answer is no longer `allow`; the decision is drafted. */
  | { dispatched: 'refused'; code: ErrorCode | undefined; stop?: string }

/** A page that was applied meanwhile is loaded and everything is tried again; more often than this is no accident. */
const mostCharters = 5

export async function dispatch(moving: Moving, action: Action): Promise<Dispatched> {
  const tool = moving.tools.get(action.proposed.tool)
  if (!tool) return { dispatched: 'refused', code: 'tool_unknown' }
  const gathered = await gatheredOf(moving, action)
  let ground = await groundOf(moving)
  for (let tried = 0; tried < mostCharters; tried++) {
    const answer = await tryDispatch(moving, action, tool, gathered, ground)
    if (answer.dispatched !== 'moved') return answer
    ground = { ...ground, inForce: await inForceOf(moving, answer.charter) }
  }
  return { dispatched: 'refused', code: 'policy_error' }
}

type Answer = Dispatched | { dispatched: 'moved'; charter: string }

async function tryDispatch(
  moving: Moving,
  action: Action,
  tool: Tool,
  gathered: Gathered,
  ground: Ground,
): Promise<Answer> {
  const { world, journal, pinned } = moving
  const { inForce } = ground
  const effect = effectIdOf(journal.run.id, action.proposed.action)
  const subject = subjectOf(moving, gathered)
  const question = questionOf(moving, action, tool, ground, gathered)
  const plan = planOf([pinned, inForce], ground.live.grants, { ...question, effect })
  const begun = world.clock.monotonic()
  return journal.transact({
    locks: locksOf(plan, subject, action),
    reads: {
      ...readsFor(moving, plan),
      open: { read: 'open_effects', subject },
      approval: { read: 'approval', approval: action.approval?.id ?? '' },
    },
    decide: (found, now): { commit: boolean; beside?: readonly Append[]; answer: Answer } => {
      const charter = found.charter?.charter ?? pinned.page.hash
      if (charter !== inForce.page.hash) return { commit: false, answer: { dispatched: 'moved', charter } }
      const signatures = isUsable(found.approval, effect) ? signaturesThatCount(moving, action, gathered) : {}
      const others = found.open.filter((row) => row.effect !== effect)
      const unresolved = others.some(({ status }) => status === 'unknown')
      const standing = { ...found, now, signatures, breakerOpen: false, unresolved }
      const live = liveFrom(found, plan, { ...question, effect }, standing)
      const decision = judge(world.evaluator, question, live)
      if (decision.decision === 'allow' && others.length > 0) {
        const until = Math.max(...others.map(({ settles_by }) => settles_by))
        return { commit: false, answer: { dispatched: 'busy', until } }
      }
      if (decision.decision !== 'allow') {
        // A re-send that is refused is no new decision about the action: its effect stands.
        const isFirst = action.effect === undefined
        if (isFirst) draftDecision(moving, action, question, live, decision, 'dispatch')
        const { code, stop } = decision
        return { commit: isFirst, answer: { dispatched: 'refused', code, ...(stop !== undefined && { stop }) } }
      }
      const sent = draftDispatch(moving, action, tool, { subject, plan, question, now })
      return {
        commit: true,
        beside: consume(action, effect, found.approval),
        answer: { dispatched: 'sent', sent, begun },
      }
    },
  })
}

/** A grant that nobody has used up, or that this very effect has: a re-send needs no new answer. */
const isUsable = (approval: ApprovalRow | null, effect: string): boolean =>
  approval?.status === 'granted' && (approval.consumed_by ?? effect) === effect

/** The first subject that the tool declares; a tool without any is held against its own run only. */
const subjectOf = ({ journal }: Moving, { refs }: Gathered): string => refs[0]?.id ?? `run:${journal.run.id}`

function locksOf(plan: Plan, subject: string, action: Action): readonly Lock[] {
  const keys = [...plan.windows.map(({ key }) => key), ...plan.moves.map(({ key }) => key), `subject:${subject}`]
  const locks: Lock[] = [...new Set(keys)].map((key) => ({ lock: 'key', key }))
  return action.approval ? [...locks, { lock: 'stream', stream: `approval/${action.approval.id}` }] : locks
}

function draftDispatch(
  moving: Moving,
  action: Action,
  tool: Tool,
  { subject, plan, question, now }: { subject: string; plan: Plan; question: Question; now: number },
): EffectDispatched {
  const { world, journal } = moving
  const run = journal.run
  const effect = effectIdOf(run.id, action.proposed.action)
  const known = run.effects.get(effect)
  const first = known?.last.first_dispatched_at ?? now
  const sent: EffectDispatched = {
    effect,
    action: action.proposed.action,
    agent: question.agent,
    tool: tool.name,
    risk: question.inForce.tools.get(tool.name)?.risk ?? tool.risk,
    attempt: (known?.attempts.length ?? 0) + 1,
    key:
      known?.key ??
      mintKey({
        ledger: world.ledger.id,
        tenant: world.tenant,
        run: run.id,
        action: action.proposed.action,
        digest: action.proposed.digest,
      }),
    first_dispatched_at: first,
    deadline: now + tool.deadlineMs,
    settles_by: now + tool.deadlineMs + tool.settlesWithinMs,
    ...(tool.idempotency && { honoured_until: first + tool.idempotency.honouredMs }),
    subject,
    moves: plan.moves,
    ...(plan.once.length > 0 && { once: plan.once.map(({ key, withinMs }) => ({ key, within_ms: withinMs })) }),
    ...(action.approval && { approval: action.approval.id }),
    ...(question.inForce.page.hash !== action.judged?.in_force && { in_force: question.inForce.page.hash }),
  }
  journal.draft({ type: 'effect.dispatched', body: sent })
  return sent
}

/** Consumed by the effect, not by an attempt. */
function consume({ approval }: Action, effect: string, row: ApprovalRow | null): readonly Append[] {
  if (!approval || !row || row.consumed_by !== null) return []
  const stream = `approval/${approval.id}`
  const event = { type: 'approval.consumed', v: 1, actor: `effect:${effect}`, body: { approval: approval.id, effect } }
  return [{ stream, after: 'any', events: [event] }]
}
