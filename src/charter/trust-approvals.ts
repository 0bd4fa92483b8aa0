/** Who must agree to what: the part of the page for a security review that says of each tool how far it goes alone. */
import { formatDuration } from '../duration.ts'
import type { Risk, Tool } from '../tools/tool.ts'
import { askingOf, effectiveRisk, sayMoney } from './compile-asks.ts'
import type { ApprovalStep, Page, ToolRules } from './page.ts'
import type { TrustSection } from './trust.ts'

export function whoMustAgree(page: Page, known: ReadonlyMap<string, Tool>): TrustSection {
  return {
    heading: 'What needs whose approval',
    text: [
      'Everything that is not listed is refused. An approval holds for one exact action and its facts; silence is never a yes; people of one group count once each.',
      page.agent.onBehalfOf === 'required'
        ? 'Each run is for a named person.'
        : 'A run may be for nobody in particular.',
    ],
    table: {
      head: ['Tool', 'Kind and risk', 'At most', 'Asks', 'If an answer is lost', 'Can be undone'],
      rows: allowed(page).map(([name, rules]) => approvalRow(page, name, rules, known.get(name))),
    },
  }
}

function approvalRow(page: Page, name: string, rules: ToolRules, tool: Tool | undefined): string[] {
  if (!tool)
    return [name, 'not known here', mostOf(rules), saySteps(rules.approval ?? []), 'not known here', 'not known here']
  const risk = effectiveRisk(tool, rules)
  const kind = `${tool.kind}, ${risk}`
  if (tool.kind === 'read' && !tool.egress)
    return [name, kind, mostOf(rules), 'nobody', 'it is read again', 'nothing to undo']
  const steps = saySteps(askingOf(page, name, rules, risk).steps)
  return [
    name,
    kind,
    mostOf(rules),
    whenAsked(page, rules, { kind: tool.kind, risk, steps }),
    whenLost(tool),
    tool.undo ? 'yes, by the undo of the tool' : 'no',
  ]
}

/** The words of the rules in `compile-asks.ts`, in the order in which they are tried there. */
function whenAsked(
  { agent }: Page,
  rules: ToolRules,
  { kind, risk, steps }: { kind: Tool['kind']; risk: Risk; steps: string },
): string {
  if (kind === 'write' && agent.stage === 'observe') return 'nobody: at stage observe nothing is written'
  if (kind === 'write' && agent.stage === 'draft') return `always: ${steps}`
  if (rules.requireApprovalOver) return `above ${sayMoney(rules.requireApprovalOver)}: ${steps}`
  return risk === 'high' && agent.stage !== 'auto' ? `always: ${steps}` : 'nobody'
}

const saySteps = (steps: readonly ApprovalStep[]): string =>
  steps.length === 0
    ? 'nobody is named, so it is refused'
    : steps
        .map(({ from, count, expiresInMs }) => `${count} of ${from} within ${formatDuration(expiresInMs)}`)
        .join(' and ')

function mostOf({ maxAmount, limits, once, notEnforced }: ToolRules): string {
  if (notEnforced.length > 0) return `not callable: nothing enforces ${notEnforced.join(', ')} yet`
  const parts = [
    ...(maxAmount ? [`${sayMoney(maxAmount)} a call`] : []),
    ...Object.values(limits).map(({ measure, currency, per, withinMs, max }) => {
      const most = currency === undefined ? `${max} ${measure}` : sayMoney({ minor: max, currency })
      return `${most} per ${per} in ${formatDuration(withinMs)}`
    }),
    ...(once ? [`once per ${once.per} in ${formatDuration(once.withinMs)}`] : []),
  ]
  return parts.length === 0 ? 'no amount bounded' : parts.join('; ')
}

/** As docs/explanation/what-is-promised.md has it, by the kind of the tool. */
function whenLost({ idempotency, verify, atMostOnce }: Tool): string {
  const unknown = 'it is unknown, and a person finds out'
  if (atMostOnce) return `${unknown}; it is never sent again`
  if (!idempotency) return 'the system is asked, and it is sent again only where nothing was done'
  const after = verify ? 'the system is asked' : unknown
  return `sent again under one key for ${formatDuration(idempotency.honouredMs)}; after that ${after}`
}

/** Tools that the page lets the agent call. */
export const allowed = ({ tools }: Page) => Object.entries(tools).filter(([, rules]) => rules.allowed)
