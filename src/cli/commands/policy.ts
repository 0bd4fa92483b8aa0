import { compileCharter, describeCompiled } from '../../charter/compile.ts'
import { CharterError } from '../../errors.ts'
import { isJsonObject, type Json, partOf } from '../../json.ts'
import { createEvaluator } from '../../policy/evaluate.ts'
import { type ExplainedPolicy, type Explanation, explain } from '../../policy/explain.ts'
import type { JudgedRequest } from '../../policy/trim.ts'
import { pageOf } from '../../runs/charter-book.ts'
import type { Tool } from '../../tools/tool.ts'
import { openContent } from '../../traces/read-trace.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
import type { TracedJudgement } from '../../traces/traced-action.ts'
import type { Call } from '../call.ts'
import { agentOf, configOption, requireConfig } from '../load-config.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { pickPage } from '../pages.ts'
import { paintWord } from '../paint.ts'
import { one, perhaps } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { traceSource } from './run.ts'

export const policyShow = verb({
  name: 'policy show',
  about: 'The Cedar that a page means: every policy, and the schema that it is checked against.',
  args: { page: perhaps('a page or the name of an agent') },
  options: { config: configOption },
  examples: ['policy show', 'policy show billing-resolution --json'],
  run: async (call, given) => {
    const { page, tools, file } = await pickPage(call.terminal, given.page, given.config)
    if (!tools) {
      throw new CharterError('config_invalid', `no agent of a configuration has the page \`${file}\``, {
        param: 'page',
        hint: 'the Cedar needs the tools: name them in `charter.config.ts`',
      })
    }
    const { policies, schema } = describeCompiled(compileCharter(page, tools))
    call.answer({ file, policies, schema }, () => [
      ...policies.map(({ id, text, says }) => `// ${id}: ${says}\n${text.trim()}\n`),
      schema.trim(),
    ])
    return 0
  },
})

export const policyExplain = verb({
  name: 'policy explain',
  about: 'A decision rule by rule: which held, and without which it would have been another. Really asked again.',
  args: { run: one('id of the run', 'run_01J'), action: one('the action, as `run show` names it', '2.1') },
  options: { config: configOption, ...placeOptions },
  examples: ['policy explain run_01JD3Q6Z8W2M4T7KX9 2.1'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const trace = traceOf(await traceSource(house, given.run))
      const loaded = await requireConfig(call.terminal, given.config)
      const tools = [...agentOf(loaded, trace.started?.agent).tools.values()]
      const explained = await explainAction(house, trace, given.action, tools)
      call.answer(asJson(explained), () => sayExplanation(call, explained))
      return 0
    }),
})

interface ExplainedAction extends Explanation {
  readonly run: string
  readonly action: string
  readonly tool: string
  /** What the action was judged by besides policies, where that alone decided. */
  readonly judged: string
  readonly code: string | null
  readonly same: boolean
  /** Of the two pages that bound the run, the one that is explained: the first that did not let the action pass. */
  readonly page: 'pinned' | 'in_force'
  readonly charter: string
}

async function explainAction(
  house: OpenHouse,
  trace: Trace,
  id: string,
  tools: readonly Tool[],
): Promise<ExplainedAction> {
  const action = trace.actions.find(({ proposed }) => proposed.action === id)
  const judged = action?.judgements.at(-1)
  if (!action || !judged) {
    throw new CharterError('usage', `run \`${trace.run}\` judged no action \`${id}\``, {
      param: 'action',
      hint: `it judged ${trace.actions.map(({ proposed }) => proposed.action).join(', ')}`,
    })
  }
  const { tool } = action.proposed
  const [pinned, inForce] = await bothPages(house, trace, judged, tool, tools)
  const decisive = pinned.verdict.permit && !inForce.verdict.permit ? inForce : pinned
  const { set, request, verdict, page, charter } = decisive
  return {
    run: trace.run,
    action: id,
    tool,
    judged: judged.decision,
    code: judged.code ?? null,
    same: verdict.permit === (judged.decision === 'allow'),
    page,
    charter,
    ...explain(set, request, verdict),
  }
}

/** Each page is asked what it was asked then. */
async function bothPages(
  house: OpenHouse,
  { run, started }: Trace,
  judged: TracedJudgement,
  tool: string,
  tools: readonly Tool[],
) {
  const kept = judged.judged && (await openContent(house, `run/${run}`, [judged.judged])).get(judged.judged.n)
  const place = { ...house, environment: started?.environment ?? house.environment }
  const askOf = async (page: ExplainedAction['page'], charter: string) => {
    const set = compileCharter(await pageOf(place, started?.agent ?? '', charter), tools).policiesOf({ name: tool })
    const request = requestIn(kept, page)
    return { page, charter, set, request, verdict: createEvaluator().evaluate(set, request) }
  }
  return [await askOf('pinned', judged.charter), await askOf('in_force', judged.in_force)] as const
}

/** What the policies saw, as it was kept with the decision. */
function requestIn(kept: Json | undefined, page: ExplainedAction['page']): JudgedRequest {
  const request = judgedRequestIn(partOf(partOf(kept, 'requests'), page))
  if (request) return request
  throw new CharterError('payload_erased', 'what was judged is not kept, or no policy was asked', {
    hint: '`charter run show` says what else decided',
  })
}

function judgedRequestIn(kept: Json | undefined): JudgedRequest | undefined {
  const [agent, tool, context] = ['agent', 'tool', 'context'].map((name) => partOf(kept, name))
  if (typeof agent !== 'string' || typeof tool !== 'string' || !isJsonObject(context)) return undefined
  const [kind, id] = ['kind', 'id'].map((name) => partOf(partOf(kept, 'subject'), name))
  const subject = typeof kind === 'string' && typeof id === 'string' ? { kind, id } : undefined
  return { agent, tool, context, ...(subject && { subject }) }
}

function sayExplanation({ paint }: Call, explained: ExplainedAction): string[] {
  const { action, tool, judged, code, decision, policies, errors, same, page } = explained
  const because = code === null ? '' : ` (${code})`
  const other = same ? '' : `; policies alone say ${decision}`
  const later = page === 'in_force' ? ', by the page now in force' : ''
  return [
    `${action} ${paint.strong(tool)}: ${paintWord(paint, judged)}${because}${later}${other}`,
    ...policies.flatMap((policy) => [
      `  ${sayBearing(policy).padEnd(widest)}  ${paint.strong(policy.id)}: ${policy.says}${sayPlace(policy)}`,
      ...(policy.without === undefined ? [] : [`  ${' '.repeat(widest)}  ${policy.without}`]),
    ]),
    ...errors.map((error) => `  ${paint.bad('error')} ${error}`),
  ]
}

const bearings = {
  permit: { satisfied: 'permits', not_satisfied: 'is silent', failed: 'failed' },
  forbid: { satisfied: 'refuses', not_satisfied: 'lets pass', failed: 'failed' },
} as const
const widest = 'lets pass'.length

const sayBearing = ({ effect, holds }: ExplainedPolicy): string => bearings[effect][holds]

const sayPlace = ({ place }: ExplainedPolicy): string => (place ? ` (${place.file}:${place.line})` : '')
