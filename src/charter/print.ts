/** The page for people: what the agent may do, in plain sentences, short enough to be read before one signs it. */
import { formatDuration, formatRate } from '../duration.ts'
import { formatMoney } from '../tools/money.ts'
import { formatDecimal } from './decimal.ts'
import type { ApprovalStep, Escalation, Money, Page, Stage, ToolLimit, ToolRules } from './page.ts'

/** Lines joined by newlines, without one at the end. More than sixty are no page any more; `check` says so. */
export function printCharter(page: Page): string {
  const parts = [whoItIs(page), howFarARunGoes(page), whoAgrees(page), whatItMayCall(page), whatElse(page)]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

const autonomy: Readonly<Record<Stage, string>> = {
  observe: 'observe: it reads, and writes nothing',
  draft: 'draft: every write asks people first',
  gated: 'gated: writes go ahead within the bounds below; a high-risk tool without a threshold asks every time',
  auto: 'auto: writes go ahead within the bounds below, exactly as written',
}

function whoItIs({ agent, onCall }: Page): string[] {
  return [
    agent.name,
    ...lines(agent.purpose, (purpose) => purpose.replace(/\s+/g, ' ')),
    ...lines(agent.owner, (owner) => `${owner} answers for it.`),
    ...lines(onCall, (group) => `Runs that it cannot finish go to ${group}.`),
    `Stage ${autonomy[agent.stage]}.`,
    agent.onBehalfOf === 'required' ? 'Each run is for a named person.' : 'A run may be for nobody in particular.',
  ]
}

function howFarARunGoes(page: Page): string[] {
  const { perStep, sharedBudgets: shared, escalation } = page
  const bounds = boundsOf(page)
  const days = lines(shared.dayMicroUsd, (micro) => `${dollars(micro)} a day`)
  const sessions = lines(shared.sessionMicroUsd, (micro) => `${dollars(micro)} a session`)
  const together = [...days, ...sessions]
  return [
    bounds.length > 0 ? `A run may use ${andList(bounds)}.` : 'Nothing bounds a run.',
    ...(together.length > 0 ? [`All runs together may use ${andList(together)}.`] : []),
    `In one turn: ${perStep.toolCalls === undefined ? 'any number of tool calls' : `at most ${count(perStep.toolCalls, 'tool call')}`}, ${count(perStep.retries, 'retry', 'retries')}.`,
    `A run out of budget ${becomes[escalation.onBudgetExceeded]}; one whose tool keeps failing ${becomes[escalation.onToolErrorRetriesExhausted]}.`,
    ...page.escalationRules.map(
      ({ metric, comparison, value, action }) =>
        `A run with ${metric.replaceAll('_', ' ')} ${comparison} ${value} ${becomes[action]}.`,
    ),
  ]
}

const becomes: Readonly<Record<Escalation, string>> = {
  halt: 'ends',
  handoff_to_human: 'is handed to a person',
  ask_requester: 'asks the person it is for',
}

function boundsOf({ budget }: Page): string[] {
  return [
    ...lines(budget.activeMs, (ms) => `${formatDuration(ms)} of active time`),
    ...lines(budget.turns, (turns) => count(turns, 'turn')),
    ...lines(budget.toolCalls, (calls) => count(calls, 'tool call')),
    ...lines(budget.promptTokens, (tokens) => count(tokens, 'prompt token')),
    ...lines(budget.completionTokens, (tokens) => count(tokens, 'completion token')),
    ...lines(budget.costMicroUsd, (micro) => `${dollars(micro)} of model cost`),
  ]
}

function whoAgrees({ approvals }: Page): string[] {
  const asked = Object.entries(approvals).map(([risk, steps]) => `  ${risk} risk: ${saySteps(steps ?? [])}`)
  return asked.length > 0 ? ['Who is asked, where a tool does not say', ...asked] : []
}

function whatItMayCall({ tools }: Page): string[] {
  const allowed = Object.entries(tools).filter(([, rules]) => rules.allowed)
  const refused = Object.keys(tools).filter((name) => tools[name]?.allowed !== true)
  return [
    ...(allowed.length > 0 ? ['It may call'] : ['It may call nothing.']),
    ...allowed.flatMap(([name, rules]) => sayTool(name, rules)),
    ...(refused.length > 0 ? [`It may not call ${orList(refused)}.`] : []),
  ]
}

/** One line where it fits, else one for each few clauses. */
function sayTool(name: string, rules: ToolRules): string[] {
  const clauses = [...standing(rules), ...amounts(rules), ...demands(rules), ...argumentRules(rules), ...remarks(rules)]
  if (clauses.length === 0) return [`  ${name}`]
  const rows = [`  ${name}: `]
  for (const [index, clause] of clauses.entries()) {
    const end = index === clauses.length - 1 ? '' : '; '
    const row = rows.at(-1) ?? ''
    if (row.length + clause.length + end.length <= widest || row.endsWith(': '))
      rows[rows.length - 1] = row + clause + end
    else rows.push(`    ${clause}${end}`)
  }
  return rows.map((row) => row.trimEnd())
}

const widest = 110

function standing({ notEnforced, risk }: ToolRules): string[] {
  return [
    ...(notEnforced.length > 0 ? [`NOT CALLABLE YET, nothing enforces ${notEnforced.join(', ')}`] : []),
    ...lines(risk, (raised) => (raised === 'forbidden' ? 'forbidden' : `held to be of ${raised} risk`)),
  ]
}

function amounts({ maxAmount, requireApprovalOver, limits, rate, once }: ToolRules): string[] {
  return [
    ...lines(maxAmount, (max) => `at most ${sayMoney(max)} a call`),
    ...lines(requireApprovalOver, (over) => `above ${sayMoney(over)} people are asked`),
    ...Object.values(limits).map(sayLimit),
    ...lines(rate, (most) => `at most ${formatRate(most)}`),
    ...lines(once, ({ per, withinMs }) => `once per ${per} in ${formatDuration(withinMs)}`),
  ]
}

function sayLimit({ measure, currency, per, withinMs, max }: ToolLimit): string {
  const most =
    currency === undefined
      ? `${count(max, measure === 'calls' ? 'call' : measure)}`
      : sayMoney({ minor: max, currency })
  return `at most ${most} per ${per} in ${formatDuration(withinMs)}`
}

function demands({ subject, requireCitation, requireIntent, approval }: ToolRules): string[] {
  return [
    ...lines(subject, (kind) => `only for the ${kind} that the grant names`),
    ...(requireIntent ? ['with its intent and evidence stated'] : []),
    ...(requireCitation ? ['with a document cited that it read'] : []),
    ...lines(approval, (steps) => `asks ${saySteps(steps)}`),
  ]
}

function argumentRules({ within, allowedFields, tainted = {} }: ToolRules): string[] {
  return [
    ...Object.entries(within).map(([name, values]) => `${name} is ${values.length === 0 ? 'nothing' : orList(values)}`),
    ...lines(allowedFields, (fields) => `sets ${fields.length === 0 ? 'no field' : `only ${andList(fields)}`}`),
    ...Object.entries(tainted).map(([name, answer]) => `${name} from untrusted content: ${answer}`),
  ]
}

function remarks({ fallback, acceptConflict, mode, rowLevelSecurity }: ToolRules): string[] {
  return [
    ...lines(fallback, (tool) => `while it fails, ${tool} instead`),
    ...lines(acceptConflict, (reason) => `stands beside a tool it conflicts with, because: ${reason}`),
    ...lines(mode, (how) => `mode ${how}`),
    ...(rowLevelSecurity === true ? ['rows held back from whom they do not concern'] : []),
  ]
}

function whatElse(page: Page): string[] {
  const { prompt, models, policies, notEnforced, logging } = page
  return [
    ...lines(prompt, ({ file, variables = [] }) =>
      variables.length === 0
        ? `Instructions: ${file}.`
        : `Instructions: ${file}, with ${andList(variables.map(({ name }) => name))}.`,
    ),
    ...lines(models.default, (model) => `Model: ${model}.`),
    ...(policies.length > 0 ? [`Further rules in Cedar: ${andList(policies.map(({ file }) => file))}.`] : []),
    ...keptTimes(logging),
    ...(notEnforced.length > 0
      ? [`NO RUN STARTS YET: nothing enforces ${andList(notEnforced.map(({ key }) => key))}.`]
      : []),
  ]
}

/** What a page does not say is kept until somebody orders its erasure. */
function keptTimes({ storePromptsMs, storeToolMetadataMs }: NonNullable<Page['logging']> = {}): string[] {
  const said = [
    ...lines(storePromptsMs, (ms) => `what people and models said for ${formatDuration(ms)}`),
    ...lines(storeToolMetadataMs, (ms) => `what tools were called with and answered for ${formatDuration(ms)}`),
  ]
  return said.length > 0 ? [`Kept after a run: ${andList(said)}.`] : []
}

const saySteps = (steps: readonly ApprovalStep[]): string =>
  andList(steps.map(({ from, count: most, expiresInMs }) => `${most} of ${from} within ${formatDuration(expiresInMs)}`))

const sayMoney = (money: Money): string => `${formatMoney(money)} ${money.currency.toUpperCase()}`

const dollars = (micro: number): string => `${formatDecimal(micro, 6)} USD`

const count = (most: number, one: string, many = `${one}s`): string => `${most} ${most === 1 ? one : many}`

/** No line for what is absent. */
const lines = <Value>(value: Value | undefined, say: (value: Value) => string): string[] =>
  value === undefined ? [] : [say(value)]

const andList = (words: readonly string[]): string => joined(words, 'and')
const orList = (words: readonly (string | number)[]): string => joined(words.map(String), 'or')

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}
