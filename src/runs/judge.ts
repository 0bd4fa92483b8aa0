/**
 * What judgement says of one action: `allow`, `ask`, `deny` or `invalid`, always with reasons. Pure: everything it
 * looks at was gathered and recorded, or read under the locks of the dispatch, so replay can ask it again.
 *
 * Authority can only shrink on the way: charter in force ∩ pinned charter ∩ grant ∩ stage ∩ stops ∩ the tool's check.
 */
import type { CompiledCharter } from '../charter/compile.ts'
import type { ErrorCode } from '../errors.ts'
import { coverage } from '../identity/grant.ts'
import type { GrantRow, StopRow } from '../ledger/reads.ts'
import { type Authority, judgeByBoth, type Signatures } from '../policy/ask.ts'
import type { Evaluator } from '../policy/evaluate.ts'
import type { PolicyRequest } from '../policy/request.ts'
import { effectiveStage, type Level, lower } from '../stops/stop.ts'
import type { Tool } from '../tools/tool.ts'
import type { Asked, DecisionOutcome } from './events.ts'
import type { Gathered } from './gathered.ts'
import { measuresOf } from './plan.ts'
import type { Moved } from './windows.ts'

/** What is true at the moment of judging: read outside a lock at the turn, and again under it at dispatch. */
export interface Live {
  readonly now: number
  readonly stops: readonly StopRow[]
  readonly grants: readonly GrantRow[]
  /** What has moved within each window that either page or the grant looks at: the sums below are made from these. */
  readonly moved: Moved
  /** Already moved, by the name of the page's limit; each page has its own windows. */
  readonly limits: { readonly pinned: Sums; readonly inForce: Sums }
  /** The first bound of the grant, or of one above it, that the action would break. */
  readonly brokenBound: string | undefined
  readonly holders: { readonly pinned: number; readonly inForce: number }
  readonly signatures: Signatures
  readonly breakerOpen: boolean
  /** Another effect on the primary subject is unknown: nothing more happens to it until somebody settles that one. */
  readonly unresolved: boolean
}

export type Sums = Readonly<Record<string, number>>

export interface Question {
  readonly agent: string
  readonly environment: string
  readonly requester: string
  readonly tool: Tool
  readonly dryRun: boolean
  readonly gathered: Gathered
  readonly pinned: CompiledCharter
  readonly inForce: CompiledCharter
  /** Why the action is not asked again in this run, when people have refused it. */
  readonly refusedBefore: ErrorCode | undefined
}

export interface Decision {
  readonly decision: DecisionOutcome
  readonly code?: ErrorCode
  readonly rules: readonly string[]
  readonly asks: readonly Asked[]
  readonly stage: Level
  /** The stop that keeps the action from going ahead as it otherwise might. */
  readonly stop?: string
  /** For the model and for people, beside the code: the tool's own words, or what the evidence lacks. */
  readonly detail?: string
}

export function judge(evaluator: Evaluator, question: Question, live: Live): Decision {
  const { level, stop } = stageOf(question, live)
  const deny = (code: ErrorCode, rules: readonly string[], detail?: string): Decision => ({
    decision: 'deny',
    code,
    rules,
    asks: [],
    stage: level,
    ...(detail !== undefined && { detail }),
  })
  if (question.refusedBefore) return deny('denied_before', [question.refusedBefore])
  const isHeld = level === 'abort' || (level === 'observe' && isWrite(question.tool))
  if (isHeld && stop !== undefined) return { ...deny('stopped', [`stop.${stop}`]), stop }
  if (isHeld) return deny('denied_by_stage', ['agent.stage'])
  const grant = coverage(live.grants, {
    agent: question.agent,
    environment: question.environment,
    tool: question.tool.name,
    subjects: question.gathered.refs,
    measures: measuresOf(question.gathered.input),
    now: live.now,
  })
  if (!grant.covered) return deny('grant_invalid', ['grant'], grant.why)
  if (live.brokenBound !== undefined && !question.dryRun)
    return deny('grant_invalid', [live.brokenBound], 'the grant is used up')
  if (live.breakerOpen) return deny('breaker_open', ['tool.breaker'], fallbackOf(question))
  if (question.gathered.unread.length > 0 && requiresEvidence(question))
    return deny('evidence_unread', [`${question.tool.name}.require_intent`], unreadOf(question.gathered))
  const { verdict } = question.gathered.check
  if (verdict !== true) return deny('denied_by_check', [`${question.tool.name}.check`], verdict)
  const pinned = authorityOf(question, live, level, 'pinned')
  const inForce = isOnePage(question, live) ? pinned : authorityOf(question, live, level, 'inForce')
  const judged = judgeByBoth(evaluator, pinned, inForce, live.signatures)
  if (judged.outcome === 'deny') return deny(judged.code, judged.reasons, judged.errors.join('; ') || undefined)
  if (live.unresolved) return deny('effect_unresolved', ['subject'])
  if (judged.outcome === 'allow') return { decision: 'allow', rules: judged.reasons, asks: [], stage: level }
  const asks = judged.steps.map(({ from, count, expiresInMs }) => ({ from, count, expires_in_ms: expiresInMs }))
  return { decision: 'ask', rules: judged.because, asks, stage: level, ...(stop !== undefined && { stop }) }
}

/** The lower of the two pages' stages, lowered by every stop that covers the call. */
function stageOf({ pinned, inForce, agent, environment, tool }: Question, live: Live) {
  const stage = lower(pinned.page.agent.stage, inForce.page.agent.stage)
  const risk = inForce.tools.get(tool.name)?.risk ?? tool.risk
  return effectiveStage(stage, live.stops, { agent, environment, tool: tool.name, risk })
}

const isWrite = (tool: Tool): boolean => tool.kind === 'write' || tool.egress

const requiresEvidence = ({ pinned, inForce, tool }: Question): boolean =>
  [pinned, inForce].some(({ page }) => page.tools[tool.name]?.requireIntent || page.tools[tool.name]?.requireCitation)

const unreadOf = ({ unread }: Gathered): string =>
  `not read in this run: ${unread.map(({ kind, id }) => `${kind} ${id}`).join(', ')}`

function fallbackOf({ pinned, tool }: Question): string | undefined {
  const fallback = pinned.page.tools[tool.name]?.fallback ?? tool.fallback
  return fallback === undefined ? undefined : `use \`${fallback}\` meanwhile`
}

/** The page in force is the one that was pinned, and so are its sums: what one says the other says. */
export const isOnePage = ({ pinned, inForce }: Question, { limits, holders }: Live): boolean =>
  pinned === inForce && limits.pinned === limits.inForce && holders.pinned === holders.inForce

function authorityOf(question: Question, live: Live, level: Level, side: 'pinned' | 'inForce'): Authority {
  const compiled = question[side]
  return {
    set: compiled.policiesOf(question.tool),
    steps: compiled.approvalSteps(question.tool),
    request: requestOf(question, live, level, side),
  }
}

export function requestOf(question: Question, live: Live, level: Level, side: 'pinned' | 'inForce'): PolicyRequest {
  const { gathered, tool } = question
  const [primary] = gathered.refs
  return {
    agent: question.agent,
    tool: tool.name,
    ...(primary && { subject: primary }),
    context: {
      args: gathered.input,
      facts: gathered.facts,
      approvals: live.signatures,
      stage: level,
      fields: gathered.fields,
      citations: gathered.citations,
      intent: gathered.intentHolds,
      limits: live.limits[side],
      once: live.holders[side],
      granted: isGranted(question, live, side),
      dryRun: question.dryRun,
      requester: question.requester,
    },
  }
}

/** The page may want the grant to name the subject; a grant that names none of that kind does not. */
function isGranted({ tool, gathered, ...question }: Question, live: Live, side: 'pinned' | 'inForce'): boolean {
  const kind = question[side].page.tools[tool.name]?.subject
  if (kind === undefined) return true
  const named = live.grants.flatMap((grant) => subjectsOf(grant)[kind] ?? [])
  const touched = gathered.refs.filter((ref) => ref.kind === kind)
  return touched.length > 0 && touched.every((ref) => named.includes(ref.id))
}

const subjectsOf = (grant: GrantRow): Readonly<Record<string, readonly string[]>> =>
  JSON.parse(grant.terms).subjects ?? {}
