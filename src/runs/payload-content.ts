/**
 * What the payloads of a run hold, read back. The digest of a payload says that it is the one its event names; these
 * say that it is what this Charter takes it for, or throw `internal`: nothing is judged or sent on half of it.
 */
import type { PageText } from '../charter/applied-page.ts'
import { CharterError, type ErrorCode, errorCodes } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { GrantRow, StopRow } from '../ledger/reads.ts'
import type { ModelReasoning, ModelToolCall, SpokenAnswer } from '../models/model-request.ts'
import { stopLevels } from '../stops/stop.ts'
import type { Intent } from '../tools/intent.ts'
import type { Problem } from '../tools/schema.ts'
import type { SubjectRef } from './events.ts'
import type { Gathered } from './gathered.ts'
import type { Live } from './judge.ts'
import type { DecisionBasis } from './judge-action.ts'
import type { Proposal } from './propose-actions.ts'
import * as is from './shape.ts'

const isJsonObject: is.Shape<JsonObject> = is.map(is.isGiven<Json>)
const isPair = is.object<SubjectRef>({ kind: is.isText, id: is.isText })
const isIntent = is.object<Intent>({ doing: is.isText, allowed_by: is.isText, evidence: is.list(isPair) })
const isProblem = is.object<Problem>({ path: is.isText, message: is.isText })

const isProposal: is.Shape<Proposal> = is.either(
  is.object<Extract<Proposal, { readable: true }>>({
    readable: is.only(true),
    input: isJsonObject,
    intent: is.maybe(isIntent),
  }),
  is.object<Extract<Proposal, { readable: false }>>({
    readable: is.only(false),
    source: is.isText,
    problems: is.list(isProblem),
  }),
)

const isGathered = is.object<Gathered>({
  input: isJsonObject,
  intent: is.maybe(isIntent),
  subjects: is.list(isPair),
  refs: is.list(isPair),
  facts: isJsonObject,
  fields: is.list(is.isText),
  check: is.object({ tool: is.isText, input: is.isText, verdict: is.either(is.only(true), is.isText) }),
  preview: is.maybe(
    is.object<NonNullable<Gathered['preview']>>({ fields: is.maybe(isJsonObject), says: is.maybe(is.isText) }),
  ),
  citations: is.isNumber,
  intentHolds: is.isTruth,
  unread: is.list(isPair),
})

const isJudgedContent = is.object<Pick<DecisionBasis, 'gathered'>>({ gathered: isGathered })

/** What a refusal may say beside its code, whatever else its decision was made from. */
interface Said {
  readonly detail?: string | null
  readonly hint?: string | null
  readonly problems?: readonly Problem[]
}

const isSaid = is.object<Said>({
  detail: is.maybe(is.nullable(is.isText)),
  hint: is.maybe(is.nullable(is.isText)),
  problems: is.maybe(is.list(isProblem)),
})

const isPageSource = is.object<PageText>({ file: is.isText, text: is.isText, files: is.map(is.isText) })

const isStop = is.object<StopRow>({
  stop: is.isText,
  scope: is.isText,
  value: is.isText,
  level: is.only(...stopLevels),
  by: is.isText,
  since: is.isNumber,
  environment: is.isText,
})

const isGrant = is.object<GrantRow>({
  grant: is.isText,
  parent: is.nullable(is.isText),
  agent: is.isText,
  environment: is.isText,
  until: is.nullable(is.isNumber),
  revoked: is.nullable(is.isNumber),
  uses: is.nullable(is.isNumber),
  terms: is.isText,
  on_behalf_of: is.nullable(is.isText),
})

const isBasis = is.object<DecisionBasis>({
  gathered: isGathered,
  live: is.object<Live>({
    now: is.isNumber,
    stops: is.list(isStop),
    grants: is.list(isGrant),
    moved: is.map(is.object({ amount: is.isNumber, count: is.isNumber })),
    limits: is.object<Live['limits']>({ pinned: is.map(is.isNumber), inForce: is.map(is.isNumber) }),
    brokenBound: is.maybe(is.isText),
    holders: is.object<Live['holders']>({ pinned: is.isNumber, inForce: is.isNumber }),
    signatures: is.map(is.isNumber),
    breakerOpen: is.isTruth,
    unresolved: is.isTruth,
  }),
  refused_before: is.nullable((value): value is ErrorCode => is.isText(value) && Object.hasOwn(errorCodes, value)),
  requests: is.object<DecisionBasis['requests']>({ pinned: is.isGiven<Json>, in_force: is.isGiven<Json> }),
  detail: is.nullable(is.isText),
})

const isSpoken = is.object<SpokenAnswer>({
  text: is.maybe(is.isText),
  toolCalls: is.list(
    is.object<ModelToolCall>({
      id: is.isText,
      tool: is.isText,
      argumentsText: is.isText,
      providerMetadata: is.maybe(is.map(isJsonObject)),
    }),
  ),
  reasoning: is.maybe(
    is.list(is.object<ModelReasoning>({ text: is.isText, providerMetadata: is.maybe(is.map(isJsonObject)) })),
  ),
})

/** What the model proposed of an action, or what an approver put in its place. */
export const proposalIn = (content: Json): Proposal => read(content, isProposal, 'proposal')

/** What was gathered before an action was judged: part of what its decision was made from. */
export const gatheredIn = (content: Json): Gathered => read(content, isJudgedContent, 'gathering').gathered

/** What a decision says beside its code. */
export const saidIn = (content: Json): Said => read(content, isSaid, 'reasons of a decision')

/** A page as it was applied, with the files that it names. */
export const pageSourceIn = (content: Json): PageText => read(content, isPageSource, 'text of a page')

/** Everything that a decision was made from, to ask the judge again. */
export const basisIn = (content: Json): DecisionBasis => read(content, isBasis, 'basis of a decision')

/** What a model said in one turn, as it is sent back to it. */
export const spokenIn = (content: Json): SpokenAnswer => read(content, isSpoken, 'answer of a model')

function read<Value>(content: Json, fits: is.Shape<Value>, what: string): Value {
  if (fits(content)) return content
  throw new CharterError('internal', `a payload that should hold the ${what} holds something else`, {
    hint: 'its event and its digest are in order: it was written by another Charter, or by something else',
  })
}
