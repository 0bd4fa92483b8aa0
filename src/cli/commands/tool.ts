import { formatDuration, formatRate } from '../../duration.ts'
import { CharterError, errorCodes, nearest } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { lintTools } from '../../tools/lint-tools.ts'
import type { Tool } from '../../tools/tool.ts'
import type { Call } from '../call.ts'
import { configOption, type LoadedConfig, requireConfig } from '../load-config.ts'
import { paintWord } from '../paint.ts'
import { one } from '../parameter.ts'
import { asJson } from '../shown-json.ts'
import { card, table } from '../table.ts'
import { verb } from '../verb.ts'

export const toolList = verb({
  name: 'tool list',
  about: 'The tools of the configuration, and which agents have them.',
  options: { config: configOption },
  examples: ['tool list', 'tool list --json'],
  run: async (call, given) => {
    const tools = toolsOf(await requireConfig(call.terminal, given.config))
    const documents = tools.map(({ tool, agents }) => ({ ...summaryOf(tool), agents }))
    call.answer(asJson(documents), () =>
      table(
        ['TOOL', 'KIND', 'RISK', 'VERSION', 'WHEN AN ANSWER IS LOST', 'AGENTS'],
        tools.map(({ tool, agents }) => [
          call.paint.strong(tool.name),
          tool.kind,
          tool.risk,
          tool.version,
          recoveryOf(tool),
          agents.join(', '),
        ]),
      ),
    )
    return 0
  },
})

interface KnownTool {
  readonly tool: Tool
  readonly agents: readonly string[]
}

/** Each tool once, with every agent that has it. */
function toolsOf({ config }: LoadedConfig): readonly KnownTool[] {
  const known = new Map<Tool, string[]>()
  for (const agent of config.agents) {
    for (const tool of agent.tools.values()) known.set(tool, [...(known.get(tool) ?? []), agent.name])
  }
  return [...known].map(([tool, agents]) => ({ tool, agents }))
}

/** Throws `tool_unknown` with the nearest name. */
export function findTool(loaded: LoadedConfig, name: string): KnownTool {
  const tools = toolsOf(loaded)
  const found = tools.find(({ tool }) => tool.name === name)
  if (found) return found
  const names = tools.map(({ tool }) => tool.name)
  const near = nearest(name, names)
  throw new CharterError('tool_unknown', `no tool \`${name}\` stands in \`${loaded.file}\``, {
    param: 'tool',
    hint: near === undefined ? `one of ${names.join(', ')}` : `did you mean \`${near}\`?`,
  })
}

const summaryOf = (tool: Tool): JsonObject => ({
  name: tool.name,
  kind: tool.kind,
  risk: tool.risk,
  version: tool.version,
  egress: tool.egress,
  recovery: recoveryOf(tool),
})

function recoveryOf({ kind, egress, idempotency, verify, atMostOnce }: Tool): string {
  if (kind === 'read' && !egress) return 'read again'
  if (idempotency) return `sent again under its key, for ${formatDuration(idempotency.honouredMs)}`
  if (verify) return 'looked up by its key'
  return atMostOnce || egress ? 'never sent again' : 'read again'
}

export const toolShow = verb({
  name: 'tool show',
  about: 'One tool: what it takes and gives, what its vendor can do, what it is held to.',
  args: { tool: one('name of the tool', 'request_refund') },
  options: { config: configOption },
  examples: ['tool show request_refund', 'tool show request_refund --json'],
  run: async (call, given) => {
    const { tool, agents } = findTool(await requireConfig(call.terminal, given.config), given.tool)
    call.answer(documentOf(tool, agents), () => sayTool(call, tool, agents))
    return 0
  },
})

const documentOf = (tool: Tool, agents: readonly string[]): JsonObject => ({
  ...summaryOf(tool),
  description: tool.description,
  agents,
  input: tool.input.jsonSchema,
  output: tool.output.outputJsonSchema,
  facts: tool.factsSchema?.outputJsonSchema ?? null,
  classified: tool.input.classified.map(({ path, classification }) => ({ path, classification })),
  deadline_ms: tool.deadlineMs,
  settles_within_ms: tool.settlesWithinMs,
  retry: { attempts: tool.retry.attempts, backoff_ms: tool.retry.backoffMs, max_ms: tool.retry.maxMs },
  breaker: { failures: tool.breaker.failures, cool_down_ms: tool.breaker.coolDownMs },
  rate: tool.rate ? { count: tool.rate.count, within_ms: tool.rate.withinMs } : null,
  once: tool.once ? { per: tool.once.per, within_ms: tool.once.withinMs } : null,
  fallback: tool.fallback ?? null,
  conflicts_with: tool.conflictsWith,
  has: hooksOf(tool),
})

const hooksOf = (tool: Tool): readonly string[] =>
  (['subjects', 'facts', 'check', 'preview', 'verify', 'undo', 'documents'] as const).filter(
    (hook) => tool[hook] !== undefined,
  )

function sayTool({ paint }: Call, tool: Tool, agents: readonly string[]): string[] {
  return [
    ...card([
      ['tool', `${paint.strong(tool.name)}@${tool.version}`],
      ['says', tool.description],
      ['kind', `${tool.kind}, ${tool.risk} risk${tool.egress ? ', sends data out' : ''}`],
      ['agents', agents.join(', ')],
      ['has', hooksOf(tool).join(', ')],
      ['lost answer', recoveryOf(tool)],
      ['deadline', `${formatDuration(tool.deadlineMs)}, settles within ${formatDuration(tool.settlesWithinMs)}`],
      ['retry', `${tool.retry.attempts} sends, from ${formatDuration(tool.retry.backoffMs)} apart`],
      ['breaker', `${tool.breaker.failures} failures, rests ${formatDuration(tool.breaker.coolDownMs)}`],
      ['rate', tool.rate && formatRate(tool.rate)],
      ['once', tool.once && `per ${tool.once.per} within ${formatDuration(tool.once.withinMs)}`],
      ['fallback', tool.fallback],
      ['conflicts', tool.conflictsWith.join(', ')],
      [
        'classified',
        tool.input.classified.map(({ path, classification }) => `${path.join('.')} ${classification}`).join(', '),
      ],
    ]),
    '',
    `input  ${JSON.stringify(tool.input.jsonSchema, null, 2)}`,
    `output ${JSON.stringify(tool.output.outputJsonSchema, null, 2)}`,
  ]
}

export const toolLint = verb({
  name: 'tool lint',
  about: 'What looks wrong about the tools, by themselves and on the pages of their agents.',
  help: 'Exits with 3 when a tool cannot do what it says.',
  options: { config: configOption },
  examples: ['tool lint', 'tool lint --json'],
  run: async (call, given) => {
    const { config } = await requireConfig(call.terminal, given.config)
    const found = config.agents.flatMap((agent) => {
      const { page } = agent.read()
      return lintTools(agent.tools.values(), page).map((finding) => ({ agent: agent.name, ...finding }))
    })
    call.answer(asJson(found), () =>
      found.length === 0
        ? ['nothing found']
        : found.flatMap(({ agent, tool, level, message, hint }) => [
            `${paintWord(call.paint, level)} ${agent} ${tool}: ${message}`,
            `  hint: ${hint}`,
          ]),
    )
    return found.some(({ level }) => level === 'error') ? errorCodes.tool_invalid.exit : 0
  },
})
