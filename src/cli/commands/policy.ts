import { type CompiledCharter, compileCharter, describeCompiled } from '../../charter/compile.ts'
import { CharterError } from '../../errors.ts'
import { isJsonObject, type Json, partOf } from '../../json.ts'
import { createEvaluator } from '../../policy/evaluate.ts'
import { type Explanation, explain } from '../../policy/explain.ts'
import type { JudgedRequest } from '../../policy/trim.ts'
import { pageOf } from '../../runs/charter-book.ts'
import type { Tool } from '../../tools/tool.ts'
import { openContent } from '../../traces/read-trace.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
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
  const compiled = await compiledFor(house, trace, judged.charter, tools)
  const set = compiled.policiesOf({ name: tool })
  const request = await requestOf(house, trace, judged.judged)
  const verdict = createEvaluator().evaluate(set, request)
  return {
    run: trace.run,
    action: id,
    tool,
    judged: judged.decision,
    code: judged.code ?? null,
    same: verdict.permit === (judged.decision === 'allow'),
    ...explain(set, request, verdict),
  }
}

async function compiledFor(
  house: OpenHouse,
  { started }: Trace,
  hash: string,
  tools: readonly Tool[],
): Promise<CompiledCharter> {
  return compileCharter(await pageOf(house, started?.agent ?? '', hash), tools)
}

/** What the policies saw, as it was kept with the decision. */
async function requestOf(
  house: OpenHouse,
  { run }: Trace,
  ref: Parameters<typeof openContent>[2][number] | undefined,
): Promise<JudgedRequest> {
  const content = ref && (await openContent(house, `run/${run}`, [ref])).get(ref.n)
  const request = judgedRequestIn(partOf(partOf(content, 'requests'), 'pinned'))
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
  const { action, tool, judged, code, decision, policies, errors, same } = explained
  const because = code === null ? '' : ` (${code})`
  const other = same ? '' : `; policies alone say ${decision}`
  return [
    `${action} ${paint.strong(tool)}: ${paintWord(paint, judged)}${because}${other}`,
    ...policies.flatMap(({ id, effect, says, holds, without, place }) => [
      `  ${effect} ${paint.strong(id)} ${holds.replaceAll('_', ' ')}: ${says}${place ? ` (${place.file}:${place.line})` : ''}`,
      ...(without === undefined ? [] : [`    ${without}`]),
    ]),
    ...errors.map((error) => `  ${paint.bad('error')} ${error}`),
  ]
}
