/**
 * What is wrong with a page that loads, and what will not work as it looks. With the tools it is all that can be said
 * before a run; without them the rules on arguments are skipped, and the answer says so.
 */
import { nearest } from '../errors.ts'
import { mostSteps } from '../policy/ask.ts'
import { formatMoney } from '../tools/money.ts'
import type { Tool } from '../tools/tool.ts'
import { checkTools } from './check-tools.ts'
import type { Page, ToolRules } from './page.ts'
import { printCharter } from './print.ts'
import { inReadingOrder, type Problem } from './problem.ts'
import { problemAt } from './problem-at.ts'

/** Longer than this, printed for people, a page is not read before it is signed. */
export const longestPrint = 60

/** Never throws. Empty when there is nothing to say; a problem of level `error` keeps the page from being used. */
export function checkCharter(page: Page, tools?: readonly Tool[]): Problem[] {
  const ofPage = [
    ...unenforced(page),
    ...tooLong(page),
    ...tooManySteps(page),
    ...nobodyOnCall(page),
    ...Object.entries(page.tools).flatMap(([name, rules]) => checkRules(page, name, rules)),
  ]
  const ofTools = tools === undefined ? withoutTools(page) : checkTools(page, tools)
  return inReadingOrder([...ofPage, ...ofTools.filter((problem) => !ofPage.some((known) => isSame(known, problem)))])
}

/** Compiling finds some errors of the page again. */
const isSame = (a: Problem, b: Problem): boolean => a.level === 'error' && b.level === 'error' && a.path === b.path

/** P6 */
function unenforced(page: Page): Problem[] {
  const hint = 'take the key out, or wait for a Charter that enforces it'
  const problem = (path: string, message: string) =>
    problemAt(page, path, { level: 'warning', code: 'not_enforced', message, hint })
  return [
    ...page.notEnforced.map(({ key }) =>
      problem(key, `nothing enforces \`${key}\` yet, so no run starts under this page`),
    ),
    ...Object.entries(page.tools).flatMap(([name, rules]) =>
      rules.notEnforced.map((key) =>
        problem(`tools.${name}.${key}`, `nothing enforces \`${key}\` yet, so \`${name}\` cannot be called`),
      ),
    ),
  ]
}

function tooLong(page: Page): Problem[] {
  const { length } = printCharter(page).split('\n')
  if (length <= longestPrint) return []
  const message = `the page prints as ${length} lines, more than the ${longestPrint} that anyone reads before signing`
  return [problemAt(page, '', { level: 'warning', code: 'too_long', message, hint: 'split the agent in two' })]
}

function tooManySteps(page: Page): Problem[] {
  const lists = [
    ...Object.entries(page.approvals).map(([risk, steps]) => [`approvals.${risk}`, steps] as const),
    ...Object.entries(page.tools).map(([name, { approval }]) => [`tools.${name}.approval`, approval] as const),
  ]
  return lists
    .filter(([, steps = []]) => steps.length > mostSteps)
    .map(([path, steps = []]) => {
      const message = `\`${path}\` has ${steps.length} approval steps, and ${mostSteps} is the most`
      return problemAt(page, path, { level: 'error', code: 'too_many_steps', message })
    })
}

function nobodyOnCall(page: Page): Problem[] {
  if (page.onCall !== undefined) return []
  const { onBudgetExceeded, onToolErrorRetriesExhausted } = page.escalation
  const paths = [
    ...(onBudgetExceeded === 'handoff_to_human' ? ['agent.escalation.on_budget_exceeded'] : []),
    ...(onToolErrorRetriesExhausted === 'handoff_to_human' ? ['agent.escalation.on_tool_error_retries_exhausted'] : []),
    ...page.escalationRules.flatMap(({ action }, index) =>
      action === 'handoff_to_human' ? [`escalation_rules.${index}`] : [],
    ),
  ]
  const message = 'runs are handed to a person here, and `on_call` names no group that they go to'
  return paths.slice(0, 1).map((path) => problemAt(page, path, { level: 'warning', code: 'on_call_missing', message }))
}

function checkRules(page: Page, name: string, rules: ToolRules): Problem[] {
  return [...idleThreshold(page, name, rules), ...deadFallback(page, name, rules)]
}

function idleThreshold(page: Page, name: string, { maxAmount, requireApprovalOver: over }: ToolRules): Problem[] {
  if (over === undefined || maxAmount?.currency !== over.currency || over.minor < maxAmount.minor) return []
  const message = `\`${name}\` never asks: no call may move more than ${formatMoney(maxAmount)}, and it asks above ${formatMoney(over)}`
  const path = `tools.${name}.require_approval_over_${over.currency}`
  return [problemAt(page, path, { level: 'warning', code: 'threshold_idle', message })]
}

/** A fallback is only named to the model, so that a wrong one misleads and permits nothing. */
function deadFallback(page: Page, name: string, { fallback }: ToolRules): Problem[] {
  if (fallback === undefined || (fallback !== name && page.tools[fallback]?.allowed === true)) return []
  const callable = Object.keys(page.tools).filter((each) => each !== name && page.tools[each]?.allowed === true)
  const meant = nearest(fallback, callable)
  const why = page.tools[fallback] === undefined ? 'is not on the page' : 'cannot serve'
  const message = `\`${fallback}\`, named in place of \`${name}\`, ${why}${meant === undefined ? '' : `, did you mean \`${meant}\`?`}`
  return [problemAt(page, `tools.${name}.fallback`, { level: 'warning', code: 'fallback_unknown', message })]
}

function withoutTools(page: Page): Problem[] {
  if (Object.keys(page.tools).length === 0) return []
  const message =
    'checked without the tools: whether they exist, their arguments, money fields, subjects, risks and conflicts were not looked at'
  const hint = 'name the tools in `charter.config.ts`, so that `check` finds them'
  return [
    problemAt(page, 'tools', { level: 'note', code: 'not_checked', message, hint }),
    ...Object.entries(page.tools).flatMap(([name, rules]) => nobodyToAsk(page, name, rules)),
  ]
}

/** P4, as far as it can be told without the risk that the tool declares: no risk that it could have has anyone to ask. */
function nobodyToAsk(page: Page, name: string, rules: ToolRules): Problem[] {
  const { approvals, agent } = page
  const someone = rules.approval ?? approvals.low ?? approvals.medium ?? approvals.high
  if (!rules.allowed || someone !== undefined) return []
  const over = rules.requireApprovalOver
  const [path, when] = over
    ? [
        `tools.${name}.require_approval_over_${over.currency}`,
        `above ${formatMoney(over)} ${over.currency.toUpperCase()}`,
      ]
    : [`tools.${name}.risk`, 'every time']
  const asks = over !== undefined || (rules.risk === 'high' && agent.stage === 'gated')
  return [
    ...(asks ? [denied(page, path, `\`${name}\` asks people ${when}`)] : []),
    ...(agent.stage === 'draft'
      ? [denied(page, `tools.${name}`, `at stage draft \`${name}\`, if it writes, asks people every time`)]
      : []),
  ]
}

function denied(page: Page, path: string, asks: string): Problem {
  const message = `${asks}, and the page names nobody to ask: it will be denied, \`no_approver\``
  const hint = 'name a group in `approvals`, or in `approval` of the tool'
  return problemAt(page, path, { level: 'warning', code: 'no_approver', message, hint })
}
