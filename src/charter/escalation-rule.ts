/** `{ if: "tool_error_rate > 0.10", action: handoff_to_human }`: metric, comparison, number; nothing more. */
import { nearest } from '../errors.ts'
import { mapped, mapping } from './composite-kinds.ts'
import { requiredKey } from './key.ts'
import { fault, type Kind, type Reading, wrong } from './kind.ts'
import { noAuthority, unknownOrder } from './order.ts'
import type { Escalation, Page } from './page.ts'
import type { YamlNode } from './read-yaml.ts'
import { choice, line } from './scalar-kinds.ts'

export const escalations = ['halt', 'handoff_to_human', 'ask_requester'] as const satisfies readonly Escalation[]

/** What a rule can look at. `tool_error_rate`: failed tool calls of the run by all of them, from 0 to 1. */
const metrics = ['tool_error_rate'] as const

export type EscalationRule = Page['escalationRules'][number]
type Condition = Pick<EscalationRule, 'metric' | 'comparison' | 'value'>

const says = 'a metric, a comparison and a number, such as `tool_error_rate > 0.10`'
const shape = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(>=|<=|>|<)\s*((?:0|[1-9]\d*)(?:\.\d+)?)\s*$/

const condition: Kind<Condition> = {
  says,
  schema: { type: 'string', pattern: `^\\s*(${metrics.join('|')})\\s*(>=|<=|>|<)\\s*(0|[1-9][0-9]*)(\\.[0-9]+)?\\s*$` },
  read: (node, path, reading) => {
    const text = line.read(node, path, reading)
    return text === undefined ? undefined : readCondition(text, node, path, reading)
  },
  write: ({ metric, comparison, value }) => `${metric} ${comparison} ${value}`,
}

function readCondition(text: string, node: YamlNode, path: string, reading: Reading): Condition | undefined {
  const [, metric = '', written = '', number = ''] = shape.exec(text) ?? []
  const comparison = (['>', '>=', '<', '<='] as const).find((each) => each === written)
  if (comparison === undefined) return wrong(reading, node, path, says)
  if (metrics.some((known) => known === metric)) return { metric, comparison, value: Number(number) }
  const meant = nearest(metric, metrics)
  return fault(reading, {
    message: `unknown metric \`${metric}\`${meant === undefined ? '' : `, did you mean \`${meant}\`?`}`,
    hint: `a rule can look at ${metrics.join(', ')}`,
    place: node.place,
    path,
  })
}

export const escalationRule: Kind<EscalationRule> = mapped(
  mapping({
    if: requiredKey(condition, unknownOrder, 'Metric, comparison, number.'),
    action: requiredKey(choice(escalations), noAuthority, 'What becomes of the run when the condition is met.'),
  }),
  ({ if: { metric, comparison, value }, action }) => ({ metric, comparison, value, action }),
  ({ metric, comparison, value, action }) => ({ if: { metric, comparison, value }, action }),
)
