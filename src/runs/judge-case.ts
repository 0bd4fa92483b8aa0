/**
 * Judges a case that somebody wrote beside a page: the arguments are read as a model's are, and the judge is the one
 * that runs ask. Nothing is called, read or written, so the case says what the system of record would.
 */
import type { Expectation, PolicyCase } from '../charter/case-keys.ts'
import type { CompiledCharter, CompiledTool } from '../charter/compile.ts'
import { CharterError, nearest } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Evaluator } from '../policy/evaluate.ts'
import { parseMoney } from '../tools/money.ts'
import { parseArguments, validateArguments } from '../tools/parse-arguments.ts'
import type { Gathering, Subjects, Tool } from '../tools/tool.ts'
import { type Gathered, putTogether } from './gathered.ts'
import { type Decision, judge, type Live } from './judge.ts'

/** Throws `cases_invalid`, with the key at fault as `param`, where the case does not say enough to be judged. */
export async function judgeCase(evaluator: Evaluator, charter: CompiledCharter, said: PolicyCase): Promise<Decision> {
  const compiled = compiledTool(charter, said.tool)
  const { tool } = compiled
  const { page } = charter
  const stage = said.stage ?? page.agent.stage
  const parsed = await parseArguments(said.arguments ?? '{}', tool)
  const validated = parsed.ok ? await validateArguments(tool, parsed.input) : parsed
  if (!parsed.ok || !validated.ok) return { ...invalid, stage, ...(!validated.ok && detailOf(validated.problems)) }
  const touched = said.subjects ?? (await subjectsOf(tool, validated.value))
  const facts = await factsOf(tool, said.facts)
  const read = new Set((said.read ?? []).map(({ kind, id }) => `${kind} ${id}`))
  const gathered = putTogether(
    { tool, input: validated.value, intent: parsed.intent, touched, facts, preview: undefined },
    { isRead: ({ kind, id }) => read.has(`${kind} ${id}`), pseudonym: (_, id) => id, digest: () => '' },
  )
  const staged = { ...charter, page: { ...page, agent: { ...page.agent, stage } } }
  const question = {
    agent: page.agent.name,
    environment: 'case',
    requester: said.on_behalf_of ?? '',
    tool,
    dryRun: parsed.dryRun,
    gathered,
    pinned: staged,
    inForce: staged,
    refusedBefore: undefined,
  }
  return judge(evaluator, question, liveOf(compiled, page.agent.name, said, gathered))
}

/** What was expected and is otherwise, in words; nothing when all is as expected. */
export function differences({ decision, rule, code, asks }: Expectation, found: Decision): string[] {
  if (decision !== found.decision) return [`it is ${found.decision}, not ${decision}`]
  const asked = Object.fromEntries(found.asks.map(({ from, count }) => [from, count]))
  return [
    ...(rule === undefined || found.rules.includes(rule) ? [] : [`\`${rule}\` does not decide`]),
    ...(code === undefined || code === found.code ? [] : [`its code is ${found.code ?? 'none'}, not ${code}`]),
    ...(asks === undefined || isSame(asks, asked) ? [] : [`it asks ${sayAsks(asked)}, not ${sayAsks(asks)}`]),
  ]
}

const isSame = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean =>
  sayAsks(one) === sayAsks(other)

const sayAsks = (asks: Readonly<Record<string, number>>): string =>
  Object.keys(asks)
    .toSorted()
    .map((group) => `${asks[group]} of ${group}`)
    .join(' and ') || 'nobody'

const invalid = { decision: 'invalid', code: 'arguments_invalid', rules: [], asks: [] } as const

const detailOf = ([problem]: readonly { path: string; message: string }[]) =>
  problem && { detail: `${problem.path === '' ? '' : `\`${problem.path}\` `}${problem.message}` }

function compiledTool({ tools, page }: CompiledCharter, name: string): CompiledTool {
  const found = tools.get(name)
  if (found) return found
  const near = nearest(name, tools.keys())
  throw lacking(
    'tool',
    `the page of \`${page.agent.name}\` has no tool \`${name}\``,
    near && `did you mean \`${near}\`?`,
  )
}

async function subjectsOf(tool: Tool, input: JsonObject): Promise<Subjects> {
  try {
    return (await tool.subjects?.(input, nothingToRead)) ?? {}
  } catch {
    throw lacking(
      'subjects',
      `\`${tool.name}\` reads other tools to know what it touches`,
      'name its `subjects` in the case',
    )
  }
}

const nothingToRead: Gathering = {
  signal: AbortSignal.abort(),
  read: async () => {
    throw new CharterError('tool_failed', 'a case reads nothing')
  },
  earlier: () => [],
}

async function factsOf({ name, factsSchema }: Tool, said: string | undefined): Promise<JsonObject> {
  if (!factsSchema) {
    if (said === undefined) return {}
    throw lacking('facts', `\`${name}\` is judged on no facts`, 'take `facts` out of the case')
  }
  if (said === undefined) throw lacking('facts', `\`${name}\` is judged on facts, and the case has none`, 'name them')
  const validated = await factsSchema.validate(JSON.parse(said))
  if (validated.ok) return JSON.parse(JSON.stringify(validated.value))
  const [problem] = validated.problems
  throw lacking('facts', `the facts do not fit \`${name}\` at \`${problem?.path}\`: ${problem?.message}`)
}

function liveOf(compiled: CompiledTool, agent: string, said: PolicyCase, { refs }: Gathered): Live {
  const { tools, subjects = Object.fromEntries(refs.map(({ kind, id }) => [kind, id])) } = said.grant ?? {}
  const named = Object.entries(subjects).map(([kind, id]) => [kind, [id]])
  const grant = {
    grant: 'case',
    parent: null,
    agent,
    environment: 'case',
    until: null,
    revoked: null,
    uses: null,
    terms: JSON.stringify({ ...(tools && { tools }), subjects: Object.fromEntries(named) }),
    on_behalf_of: said.on_behalf_of ?? null,
  }
  const sums = sumsOf(compiled, said.moved ?? {})
  const held = said.done_before === true ? 1 : 0
  return {
    now: 0,
    stops: [],
    grants: [grant],
    moved: {},
    limits: { pinned: sums, inForce: sums },
    brokenBound: undefined,
    holders: { pinned: held, inForce: held },
    signatures: signaturesOf(compiled, said.signatures ?? {}),
    breakerOpen: false,
    unresolved: false,
  }
}

function sumsOf({ limits, tool }: CompiledTool, moved: Readonly<Record<string, string>>): Record<string, number> {
  const sums = Object.fromEntries(Object.keys(limits).map((name) => [name, 0]))
  for (const [name, text] of Object.entries(moved)) {
    const limit = limits[name]
    if (!limit) throw unknownName('moved', `\`${tool.name}\` has no limit \`${name}\``, name, Object.keys(limits))
    sums[name] = limit.currency === undefined ? wholeOf(name, text) : minorOf(name, text, limit.currency)
  }
  return sums
}

function minorOf(name: string, text: string, currency: string): number {
  const found = parseMoney(text, currency)
  if (found.ok) return found.minor
  throw lacking(`moved.${name}`, `\`${name}\` cannot have moved ${text}: ${found.message}`)
}

function wholeOf(name: string, text: string): number {
  if (Number.isSafeInteger(Number(text))) return Number(text)
  throw lacking(`moved.${name}`, `\`${name}\` counts in whole numbers, not in \`${text}\``)
}

/** A group that is never asked would sign in vain, and the case would show nothing. */
function signaturesOf({ approvalSteps, tool }: CompiledTool, signed: Readonly<Record<string, number>>) {
  const asked = approvalSteps.map(({ from }) => from)
  const stranger = Object.keys(signed).find((group) => !asked.includes(group))
  if (stranger === undefined) return signed
  throw unknownName('signatures', `\`${tool.name}\` never asks \`${stranger}\``, stranger, asked)
}

function unknownName(param: string, message: string, name: string, known: readonly string[]): CharterError {
  const near = nearest(name, known)
  const among = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  return lacking(param, message, near === undefined ? among : `did you mean \`${near}\`?`)
}

const lacking = (param: string, message: string, hint?: string): CharterError =>
  new CharterError('cases_invalid', message, { param, hint })
