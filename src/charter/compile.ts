/**
 * The page as policies: for each tool on it the Cedar rules that its keys mean, with the page's own Cedar files behind
 * them, checked against the tools' schemas. Default deny, and a forbid wins: a key can only take away.
 */
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'
import { CharterError, nearest } from '../errors.ts'
import { cedarSchema, contextType, printSchema } from '../policy/cedar-schema.ts'
import type { RecordType } from '../policy/cedar-type.ts'
import { recordOfSchema } from '../policy/cedar-type.ts'
import type { Policy, PolicySet } from '../policy/policy-set.ts'
import { createPolicySet, hashPolicySets, readPolicy } from '../policy/policy-set.ts'
import type { Risk, Tool } from '../tools/tool.ts'
import type { Asking } from './compile-asks.ts'
import { askingOf, effectiveRisk, groupsOf } from './compile-asks.ts'
import { compileFiles } from './compile-files.ts'
import { limitsOf } from './compile-limits.ts'
import type { CompileProblem } from './compile-problem.ts'
import { collecting, pageError, placeOf, toProblem } from './compile-problem.ts'
import { onceOf, rulesOf } from './compile-rules.ts'
import { toPolicy } from './compile-text.ts'
import type { ApprovalStep, Page, ToolLimit, ToolRules } from './page.ts'

export interface CompiledTool {
  readonly tool: Tool
  readonly rules: ToolRules
  /** The tool's own, or the higher one that the page gives it. */
  readonly risk: Risk
  /** Its own, else those of its risk; in page order, four at most. */
  readonly approvalSteps: readonly ApprovalStep[]
  /** Every sum that its policies read in `context.limits`, by name: the page's limits, `rate` and `vendor_rate`. */
  readonly limits: Readonly<Record<string, ToolLimit>>
  /** The business key, the page's and the tool's in one. */
  readonly once: ToolRules['once']
  readonly policies: PolicySet
}

export interface CompiledCharter {
  /** Over all policies of all tools: `sha256:…`. */
  readonly hash: string
  readonly page: Page
  /** The tools that the page names and the code defines, in page order. */
  readonly tools: ReadonlyMap<string, CompiledTool>
  readonly schema: SchemaJson<string>
  /** What will not work as it looks: warnings only. */
  readonly problems: readonly CompileProblem[]
  /** The rules of one tool; of one that the page does not name, a single refusal. */
  policiesOf(tool: { readonly name: string }): PolicySet
  /** Whom the tool asks; nobody for a tool that the page does not name. */
  approvalSteps(tool: { readonly name: string }): readonly ApprovalStep[]
}

/** Throws the first error, `charter_invalid` or `policy_invalid`, with all problems in `details.problems`. */
export function compileCharter(page: Page, tools: readonly Tool[]): CompiledCharter {
  const { compiled, problems } = tryCompile(page, tools)
  if (compiled !== undefined) return compiled
  const { code, message, ...rest } = problems.find(({ level }) => level === 'error') ?? unknownProblem
  throw new CharterError(code, message, { ...rest, details: { problems } })
}

/** As `compileCharter`, with everything that is wrong instead of the first of it. */
export function tryCompile(
  page: Page,
  tools: readonly Tool[],
): { readonly compiled: CompiledCharter | undefined; readonly problems: readonly CompileProblem[] } {
  const problems: CompileProblem[] = [...findUndefined(page, tools)]
  const drafts = Object.entries(page.tools).flatMap(([name, rules]) => {
    const tool = collecting(problems, () => definitionOf(page, name, tools))
    return tool === undefined ? [] : (collecting(problems, () => draftTool(page, tool, rules)) ?? [])
  })
  const contexts = new Map(drafts.map(({ tool, context }) => [tool.name, context]))
  const schema = cedarSchema(contexts)
  const steps = new Map(drafts.map(({ tool, approvalSteps }) => [tool.name, approvalSteps]))
  const fileRules = compileFiles(page, { schema, contexts, steps }, problems)
  const compiledTools = drafts.flatMap((draft) => collecting(problems, () => finishTool(draft, fileRules)) ?? [])
  problems.push(...drafts.flatMap((draft) => findUnaskable(page, draft)))
  if (problems.some(({ level }) => level === 'error')) return { compiled: undefined, problems }
  return { compiled: assemble(page, compiledTools, schema, problems), problems }
}

/** For people: every policy once, and the schema in Cedar's notation. */
export function describeCompiled(compiled: CompiledCharter): {
  policies: { id: string; text: string; says: string }[]
  schema: string
} {
  const policies = Array.from(compiled.tools.values()).flatMap((tool) => tool.policies.policies)
  const byId = new Map(policies.map(({ id, text, says }) => [id, { id, text, says }]))
  return { policies: [...byId.values()], schema: printSchema(compiled.schema) }
}

type ToolDraft = Omit<CompiledTool, 'policies'> & {
  readonly context: RecordType
  readonly generated: readonly Policy[]
}

function draftTool(page: Page, tool: Tool, rules: ToolRules): ToolDraft {
  const risk = effectiveRisk(tool, rules)
  const asking: Asking = askingOf(page, tool.name, rules, risk)
  const args = recordOfSchema(tool.input.outputJsonSchema)
  const limits = limitsOf(page, tool, rules, args)
  const context = contextType(tool, groupsOf(asking.steps), Object.keys(limits))
  const generated = rulesOf({ page, tool, rules, risk, asking, args }).map((rule) =>
    readPolicy(toPolicy(page, tool.name, rule)),
  )
  const once = onceOf(page, tool, rules)
  return { tool, rules, risk, approvalSteps: asking.steps, limits, once, context, generated }
}

function finishTool({ context, generated, ...tool }: ToolDraft, fileRules: readonly Policy[]): CompiledTool {
  const own = fileRules.filter(({ tools }) => tools?.includes(tool.tool.name) ?? true)
  return { ...tool, policies: createPolicySet(tool.tool.name, [...generated, ...own], context) }
}

function assemble(
  page: Page,
  tools: readonly CompiledTool[],
  schema: SchemaJson<string>,
  problems: readonly CompileProblem[],
): CompiledCharter {
  const byName = new Map(tools.map((compiled) => [compiled.tool.name, compiled]))
  return {
    hash: hashPolicySets(tools.map(({ policies }) => policies)),
    page,
    tools: byName,
    schema,
    problems,
    policiesOf: ({ name }) => byName.get(name)?.policies ?? refusing(page, name),
    approvalSteps: ({ name }) => byName.get(name)?.approvalSteps ?? [],
  }
}

/** Default deny would refuse it too, but could not say why. */
function refusing(page: Page, name: string): PolicySet {
  const says = `the page does not name ${name}`
  const rule = toPolicy(page, name, { name: 'not_on_page', effect: 'forbid', says, key: 'tools' })
  return createPolicySet(name, [readPolicy(rule)], { kind: 'Record', attributes: new Map(), leftOut: new Map() })
}

/** Throws `tool_duplicate` when two definitions bear the name. */
function definitionOf(page: Page, name: string, tools: readonly Tool[]): Tool | undefined {
  const [tool, twin] = tools.filter((each) => each.name === name)
  if (twin === undefined) return tool
  throw new CharterError('tool_duplicate', `two tools bear the name \`${name}\``, {
    param: name,
    place: placeOf(page, `tools.${name}`),
  })
}

function findUndefined(page: Page, tools: readonly Tool[]): CompileProblem[] {
  const known = tools.map(({ name }) => name)
  const missing = Object.keys(page.tools).filter((name) => !known.includes(name))
  return missing.map((name) => {
    const near = nearest(name, known)
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`
    return toProblem(
      'warning',
      pageError(page, `tools.${name}`, `no tool \`${name}\` is defined, so nothing can call it`, hint),
    )
  })
}

/** P4: a rule that asks, and nobody to be asked. */
function findUnaskable(page: Page, { generated }: ToolDraft): CompileProblem[] {
  const idle = page.agent.stage === 'draft' ? '' : '.draft'
  return generated
    .filter(({ code, id }) => code === 'no_approver' && (idle === '' || !id.endsWith(idle)))
    .map(({ says, place, from }) => ({
      level: 'warning',
      code: 'no_approver',
      message: `${says}: it will be denied`,
      hint: 'name a group in `approvals`, or in `approval` of the tool',
      place,
      param: from,
    }))
}

const unknownProblem = { level: 'error', code: 'internal', message: 'the page was not compiled' } as const
