/**
 * How long it takes to judge a write, on a ledger that has grown: the standing of the house and the sums of the limit
 * are read as the engine reads them, then the product's own judge is asked. Every request is another one. Beside it the
 * same policies and requests given to Cedar alone.
 */
import path from 'node:path'
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { type CompiledCharter, compileCharter } from '../../src/charter/compile.ts'
import { systemClock } from '../../src/clock.ts'
import { openHouse } from '../../src/create-runtime.ts'
import { defineAgent } from '../../src/define-agent.ts'
import type { JsonObject } from '../../src/json.ts'
import { createEvaluator } from '../../src/policy/evaluate.ts'
import { type TrimmedRequest, trimRequest } from '../../src/policy/trim.ts'
import type { Gathered } from '../../src/runs/gathered.ts'
import { judge, type Question, requestOf } from '../../src/runs/judge.ts'
import { planOf } from '../../src/runs/plan.ts'
import { liveFrom, planReads } from '../../src/runs/standing.ts'
import { printLine } from '../peers/measure.ts'
import { pageFile } from './clerk/open-clerk.ts'
import { clerkTools } from './clerk/tools.ts'
import { median, percentile } from './ratios.ts'

export interface JudgeOrders {
  readonly place: string
  readonly folder: string
  readonly judged: number
  /** Of the arguments of the runs that filled the ledger, so that the accounts are known to it. */
  readonly prefix: string
}

export interface JudgeMeasured {
  readonly judged_distinct: number
  readonly policies: number
  readonly judge_p50_ms: number
  readonly judge_p99_ms: number
  readonly judge_alone_p99_ms: number
  readonly raw_cedar_p50_ms: number
  readonly raw_cedar_p99_ms: number
}

const environment = 'dev'
const warmUp = 500

async function run({ place, folder, judged, prefix }: JudgeOrders): Promise<void> {
  await using house = asDisposable(
    await openHouse({ ledger: place, keyring: path.join(folder, '.charter', 'keyring.db') }),
  )
  const { ledger, tenant, sealer } = house
  const clerk = defineAgent({ charter: pageFile, tools: clerkTools({ reads: 0, writes: 0 }) })
  const compiled = compileCharter(clerk.read().page, [...clerk.tools.values()])
  const evaluator = createEvaluator()
  const grant = await someGrant()
  const requests: TrimmedRequest[] = []
  const whole: number[] = []
  const alone: number[] = []

  for (let n = 0; n < warmUp + judged; n++) {
    const question = questionOf(compiled, n)
    const began = performance.now()
    const ground = await ledger.find(tenant, {
      stops: { read: 'stops' },
      grants: { read: 'grants', grant },
      charter: { read: 'charter', agent: clerk.name, environment },
    })
    const planned = { ...question, effect: `effect-${n}` }
    const plan = planOf([compiled, compiled], ground.grants, planned)
    const found = await ledger.find(tenant, planReads(plan))
    const standing = { ...ground, signatures: {}, breakerOpen: false, unresolved: false, now: systemClock.now() }
    const live = liveFrom(found, plan, planned, standing)
    const asked = performance.now()
    const { decision, code } = judge(evaluator, question, live)
    const answered = performance.now()
    if (decision !== 'allow') throw new Error(`request ${n} was judged ${decision} (${code})`)
    if (n < warmUp) continue
    whole.push(answered - began)
    alone.push(answered - asked)
    requests.push(trimRequest(compiled.policiesOf(question.tool), requestOf(question, live, 'auto', 'pinned')))
  }
  const raw = requests.map(timeCedar(compiled))
  printLine({
    judged_distinct: new Set(requests.map((request) => JSON.stringify(request))).size,
    policies: compiled.policiesOf({ name: 'post_entry' }).policies.length,
    judge_p50_ms: median(whole),
    judge_p99_ms: percentile(whole, 99),
    judge_alone_p99_ms: percentile(alone, 99),
    raw_cedar_p50_ms: median(raw),
    raw_cedar_p99_ms: percentile(raw, 99),
  } satisfies JudgeMeasured)

  /** Any one will do: each run has a grant of its own, and they are all alike. */
  async function someGrant(): Promise<string> {
    const events = await ledger.tail(tenant, 0, 50)
    const issued = events.find(({ type }) => type === 'grant.issued')
    if (issued === undefined) throw new Error('nobody was granted anything on this ledger')
    return issued.stream.replace('grant/', '')
  }

  function questionOf(page: CompiledCharter, n: number): Question {
    const tool = page.tools.get('post_entry')?.tool
    if (tool === undefined) throw new Error('the page has no `post_entry`')
    const account = `acc-${prefix}-${1 + Math.floor(n / 5)}-${1 + (n % 5)}`
    const input = { account, region: n % 2 === 0 ? 'north' : 'south', amount: { minor: 700, currency: 'usd' } }
    return {
      agent: clerk.name,
      environment,
      requester: '',
      tool,
      dryRun: false,
      gathered: gatheredOf(account, input),
      pinned: page,
      inForce: page,
      refusedBefore: undefined,
    }
  }

  function gatheredOf(account: string, input: JsonObject): Gathered {
    return {
      input,
      subjects: [{ kind: 'account', id: account }],
      refs: [{ kind: 'account', id: sealer.pseudonym('account', account) }],
      facts: {},
      fields: Object.keys(input),
      check: { tool: 'post_entry@1', input: '', verdict: true },
      citations: 0,
      intentHolds: true,
      unread: [],
    }
  }
}

/** The least that anybody could do: policies prepared beforehand, a request at hand, one call. */
function timeCedar(page: CompiledCharter) {
  const { policies } = page.policiesOf({ name: 'post_entry' })
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]))
  preparsePolicySet('raw', { staticPolicies })
  return ({ agent, tool, context }: TrimmedRequest): number => {
    const began = performance.now()
    const answer = statefulIsAuthorized({
      principal: { type: 'Agent', id: agent },
      action: { type: 'Action', id: tool },
      resource: { type: 'Subject', id: '' },
      context,
      entities: [],
      preparsedPolicySetId: 'raw',
    })
    const took = performance.now() - began
    if (answer.type === 'success' && answer.response.decision === 'allow') return took
    throw new Error(`Cedar said ${JSON.stringify(answer)}`)
  }
}

function asDisposable<House extends { close(): Promise<void> }>(house: House): House & AsyncDisposable {
  return { ...house, [Symbol.asyncDispose]: () => house.close() }
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '{}'))
