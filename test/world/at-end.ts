/** What is asked of a world once it has come to rest: of the files as they lie there, and by decisions made again. */
import { isDeepStrictEqual } from 'node:util'
import type { House } from '../../src/commands/house.ts'
import { projections } from '../../src/create-runtime.ts'
import type { JsonObject } from '../../src/json.ts'
import type { PayloadRef } from '../../src/ledger/event.ts'
import { rebuildProjections } from '../../src/ledger/rebuild.ts'
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts'
import type { DecisionBasis } from '../../src/runs/judge-action.ts'
import { rejudge } from '../../src/runs/rejudge.ts'
import { keepReplayed } from '../recorded/keep-replayed.ts'
import { type KeepingHouse, keepRun, recordingIn } from '../recorded/kept-run.ts'
import { replayCounted } from '../recorded/replay-counted.ts'
import type { Fact, Facts } from './facts.ts'
import { agentName, dayBudgetMicroUsd, pageNamed, pages } from './pages.ts'
import type { World } from './world.ts'

/** How many decisions were made again. */
export async function checkAtEnd(world: World): Promise<number> {
  const { witness, vendor, plan, bill, engine } = world
  witness.checkAcknowledged()
  witness.checkAnswers(engine.process.name)
  for (const effect of witness.facts.effects.values()) {
    const isDone = vendor.commits.some(({ key }) => key === effect.key)
    if (effect.status === 'committed' && !isDone) witness.fail('wrong_outcome', `${effect.tool} never was committed`)
    if (effect.status === 'unknown' && !effect.isGivenUp)
      witness.fail('wrong_outcome', `${effect.tool} is unknown, and nobody looks after it`)
    if (effect.status === 'not_committed' && isDone) witness.fail('wrong_outcome', `${effect.tool} was committed`)
  }
  if (plan.page === 'tight' && bill.microUsd > dayBudgetMicroUsd)
    witness.fail('overspent', `models charged ${bill.microUsd} of ${dayBudgetMicroUsd}`)
  const { runtime } = engine
  if (!runtime) {
    witness.fail('hung', 'the engine never came up again')
    return 0
  }
  const { house, keyring } = runtime
  if (witness.facts.all.length % 4 === 0) await checkProjections(world, house)
  return (await rejudgeAll(world, house)) + (await replayAll(world, { ...house, keyring }))
}

/** Each run once more, by the engine's own code; how many of its decisions were made again. */
async function replayAll({ witness, kit }: World, house: KeepingHouse): Promise<number> {
  let decisions = 0
  for (const run of witness.facts.runs.keys()) {
    const kept = await keepRun(house, run)
    const counted = await replayCounted(recordingIn(kept), kit.project)
    keepReplayed(kept, counted)
    if (counted.replay.verdict === 'same') decisions += counted.replay.decisions
    else witness.fail('replay_different', `${run}: ${JSON.stringify(counted.replay)}`)
  }
  return decisions
}

async function checkProjections({ witness }: World, { ledger }: House): Promise<void> {
  if (!(ledger instanceof SqliteLedger)) return
  const tables = await rebuildProjections(ledger, projections)
  for (const { table, same, differences } of tables)
    if (!same) witness.fail('rebuild_different', `${table} is ${JSON.stringify(differences[0])}`)
}

async function rejudgeAll({ witness, kit }: World, house: House): Promise<number> {
  const { facts } = witness
  let decisions = 0
  const tools = new Map(kit.tools.map((tool) => [tool.name, tool]))
  for (const { type, stream, body } of facts.all) {
    if (type !== 'action.judged' || body.digest === undefined) continue
    const proposed = proposalOf(facts, stream, String(body.action))
    const tool = tools.get(String(proposed?.body.tool))
    const basis = await contentOf(house, stream, body.judged)
    if (!proposed || !tool || !basis) {
      witness.fail('replay_different', `a decision of ${stream} lacks what it was made from`)
      continue
    }
    const compiled = (hash: unknown) => kit.compile(pages[pageNamed(String(hash)) ?? 'base'].page, kit.tools)
    const again = rejudge(
      kit.otherEvaluator,
      {
        agent: agentName,
        environment: 'dev',
        requester: '',
        tool,
        dryRun: proposed.body.dry_run === true,
        pinned: compiled(body.charter),
        inForce: compiled(body.in_force),
      },
      basis,
    )
    decisions += 1
    const said = { decision: body.decision, code: body.code, rules: body.rules, asks: body.asks, stage: body.stage }
    const { decision, code, rules, asks, stage } = again
    if (
      !isDeepStrictEqual(
        JSON.parse(JSON.stringify({ decision, code, rules, asks, stage })),
        JSON.parse(JSON.stringify(said)),
      )
    )
      witness.fail(
        'replay_different',
        `${stream} ${body.action}: ${decision} ${code} instead of ${body.decision} ${body.code}`,
      )
  }
  return decisions
}

const proposalOf = (facts: Facts, stream: string, action: string): Fact | undefined =>
  facts.all.find((fact) => fact.stream === stream && fact.type === 'action.proposed' && fact.body.action === action)

async function contentOf(
  { ledger, sealer, tenant }: House,
  stream: string,
  ref: unknown,
): Promise<DecisionBasis | undefined> {
  await sealer.prepare(stream)
  const [payload] = await ledger.payloads(tenant, stream, [(ref as PayloadRef).n])
  const content = payload ? sealer.open(payload) : null
  return content === null ? undefined : (content as object as JsonObject & DecisionBasis)
}
