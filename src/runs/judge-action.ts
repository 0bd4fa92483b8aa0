/** Gathers for an action, judges it, and drafts the decision with all that it was made from. */
import type { CompiledCharter } from '../charter/compile.ts'
import { CharterError, type ErrorCode, nearest } from '../errors.ts'
import type { Json } from '../json.ts'
import { trimRequest } from '../policy/trim.ts'
import type { Tool } from '../tools/tool.ts'
import { effectIdOf } from './effect-key.ts'
import type { ActionJudged } from './events.ts'
import { type GatherResult, gather } from './gather.ts'
import { boundBy, type Gathered } from './gathered.ts'
import { type Decision, isOnePage, judge, type Live, type Question, requestOf } from './judge.ts'
import { type Moving, seal } from './moving.ts'
import { gatheredIn, proposalIn } from './payload-content.ts'
import { planOf } from './plan.ts'
import type { Proposal } from './propose-actions.ts'
import { type Action, isSigned, signaturesOf } from './run.ts'
import { type Ground, groundOf, liveFrom, planReads } from './standing.ts'
import { startedOf } from './started-of.ts'

export async function judgeAction(moving: Moving, action: Action): Promise<void> {
  const { proposed } = action
  const tool = moving.tools.get(proposed.tool)
  const proposal = await proposalOf(moving, action)
  if (!tool || !proposal.readable) return draftInvalid(moving, action, tool, proposal)
  const ground = await groundOf(moving)
  const wantsPreview = proposed.kind === 'write' && tool.preview !== undefined
  const wanted = { tool, input: proposal.input, intent: proposal.intent, preview: wantsPreview }
  const result = await gather(moving, ground, wanted, proposed.action)
  if (result.ended !== 'gathered') return draftUngathered(moving, action, ground, result)
  const question = questionOf(moving, action, tool, ground, result.gathered)
  const live = await liveOf(moving, action, question, ground)
  const signed = { ...live, signatures: signaturesThatCount(moving, action, result.gathered) }
  draftDecision(
    moving,
    action,
    question,
    signed,
    judge(moving.world.evaluator, question, signed),
    action.judged ? 'after_wait' : 'turn',
  )
}

const proposalOf = async (moving: Moving, { proposed }: Action): Promise<Proposal> =>
  proposalIn(await moving.payloads.open(proposed.arguments))

export function questionOf(moving: Moving, action: Action, tool: Tool, ground: Ground, gathered: Gathered): Question {
  const started = startedOf(moving)
  return {
    agent: started.agent,
    environment: moving.world.environment,
    requester: started.on_behalf_of ?? '',
    tool,
    dryRun: action.proposed.dry_run,
    gathered,
    pinned: moving.pinned,
    inForce: ground.inForce,
    refusedBefore: isSigned(action) ? undefined : moving.journal.run.refused.get(action.proposed.digest),
  }
}

async function liveOf(moving: Moving, action: Action, question: Question, ground: Ground): Promise<Live> {
  const { world, journal } = moving
  const effect = effectIdOf(journal.run.id, action.proposed.action)
  const plan = planOf([question.pinned, question.inForce], ground.live.grants, { ...question, effect })
  const found = await world.ledger.find(world.tenant, planReads(plan), 'latest')
  const breakerOpen = !(await world.breakers.admits(question.tool))
  return liveFrom(found, plan, { ...question, effect }, { ...ground.live, breakerOpen })
}

/** Signatures bind to what was shown: when the facts are others now, nobody has signed. */
export function signaturesThatCount(
  moving: Moving,
  action: Action,
  gathered: Gathered,
): Readonly<Record<string, number>> {
  return action.approval?.digest === approvalDigest(moving, action, gathered) ? signaturesOf(action) : {}
}

/** Covers tenant, run, tool@version, canonical arguments, facts, and the declared fields of the preview that is shown. */
export function approvalDigest({ world, journal }: Moving, { proposed }: Action, gathered: Gathered): string {
  return world.sealer.digest([world.tenant, journal.run.id, `${proposed.tool}@${proposed.version}`, boundBy(gathered)])
}

export function draftDecision(
  moving: Moving,
  action: Action,
  question: Question,
  live: Live,
  decision: Decision,
  moment: ActionJudged['moment'],
): void {
  const { gathered, pinned, inForce, tool } = question
  const judged = seal(moving, 'decision', asJson(basisOf(question, live, decision)))
  moving.journal.draft({
    type: 'action.judged',
    body: {
      action: action.proposed.action,
      decision: decision.decision,
      ...(decision.code && { code: decision.code }),
      rules: decision.rules,
      asks: decision.asks,
      stage: decision.stage,
      charter: pinned.page.hash,
      in_force: inForce.page.hash,
      policy_set: inForce.policiesOf(tool).hash,
      judged,
      digest: approvalDigest(moving, action, gathered),
      subjects: gathered.refs,
      moment,
    },
  })
}

/** Everything a decision was made from: asked again with it, the judge gives the same answer. */
export interface DecisionBasis {
  readonly gathered: Gathered
  readonly live: Live
  readonly refused_before: ErrorCode | null
  /** What the policies of each page saw, trimmed to what they read; null where none was asked. */
  readonly requests: { readonly pinned: Json; readonly in_force: Json }
  readonly detail: string | null
}

function basisOf(question: Question, live: Live, { stage, detail }: Decision): DecisionBasis {
  const pinned = trimmed(question, live, stage, 'pinned')
  const inForce = isOnePage(question, live) ? pinned : trimmed(question, live, stage, 'inForce')
  return {
    gathered: question.gathered,
    live,
    refused_before: question.refusedBefore ?? null,
    requests: { pinned, in_force: inForce },
    detail: detail ?? null,
  }
}

/** A request that does not fit was refused as such, and there is nothing to keep of it. */
function trimmed(question: Question, live: Live, stage: Decision['stage'], side: 'pinned' | 'inForce'): Json {
  try {
    return { ...trimRequest(question[side].policiesOf(question.tool), requestOf(question, live, stage, side)) }
  } catch {
    return null
  }
}

function draftInvalid(moving: Moving, action: Action, tool: Tool | undefined, proposal: Proposal): void {
  const code: ErrorCode = tool ? 'arguments_invalid' : 'tool_unknown'
  const near = tool ? undefined : nearest(action.proposed.tool, moving.tools.keys())
  const problems = proposal.readable ? [] : proposal.problems
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`
  const said = asJson({ problems, hint: hint ?? null })
  draftWithoutFacts(moving, action, moving.pinned, { decision: 'invalid', code, rules: [] }, said)
}

function draftUngathered(
  moving: Moving,
  action: Action,
  { inForce }: Ground,
  result: Exclude<GatherResult, { ended: 'gathered' }>,
): void {
  const code: ErrorCode = result.ended === 'refused' ? result.code : result.timedOut ? 'tool_timeout' : 'tool_failed'
  const { rules, read } = result.ended === 'refused' ? result : { rules: [], read: undefined }
  const said = asJson({ detail: result.message, read })
  draftWithoutFacts(moving, action, inForce, { decision: 'deny', code, rules }, said)
}

function draftWithoutFacts(
  moving: Moving,
  action: Action,
  inForce: CompiledCharter,
  decision: Pick<ActionJudged, 'decision' | 'code' | 'rules'>,
  said: Json,
): void {
  const { page } = moving.pinned
  moving.journal.draft({
    type: 'action.judged',
    body: {
      action: action.proposed.action,
      ...decision,
      asks: [],
      stage: page.agent.stage,
      charter: page.hash,
      in_force: inForce.page.hash,
      policy_set: moving.pinned.hash,
      judged: seal(moving, 'decision', said),
      subjects: [],
      moment: action.judged ? 'after_wait' : 'turn',
    },
  })
}

/** What was gathered when the action was last judged. */
export async function gatheredOf(moving: Moving, action: Action): Promise<Gathered> {
  if (!action.judged?.judged) throw new CharterError('internal', `action ${action.proposed.action} was not judged`)
  return gatheredIn(await moving.payloads.open(action.judged.judged))
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
