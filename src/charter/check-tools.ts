/** What a page says of tools, held against the tools: what compiling finds, and what no policy can show. */
import { nearest } from '../errors.ts'
import { formatMoney } from '../tools/money.ts'
import type { Risk, Tool } from '../tools/tool.ts'
import { tryCompile } from './compile.ts'
import type { CompileProblem } from './compile-problem.ts'
import type { Page, ToolRules } from './page.ts'
import type { Problem } from './problem.ts'
import { problemAt } from './problem-at.ts'
import { risks } from './tool-keys.ts'

export function checkTools(page: Page, tools: readonly Tool[]): Problem[] {
  const known = Object.entries(page.tools).flatMap(([name, rules]) => {
    const tool = tools.find((each) => each.name === name)
    return tool === undefined ? [] : [{ name, rules, tool }]
  })
  const found = known.flatMap(({ name, rules, tool }) => [
    ...loweredRisk(page, name, rules, tool),
    ...unknownFields(page, name, rules, tool),
    ...unknownSubjects(page, name, rules, tool),
    ...unlimitedMoney(page, name, rules, tool),
    ...conflicts(page, name, known),
  ])
  return [
    ...tryCompile(page, tools)
      .problems.filter((problem) => !isOfAnotherStage(page, problem))
      .map((problem) => fromCompile(page, problem)),
    ...found,
    ...uncitable(page, known),
    ...uncheckedSubjects(page, known),
    ...unverifiable(page, known),
  ]
}

/** Every run would stay unverified, and no success would ever be counted. */
function unverifiable(page: Page, known: readonly KnownTool[]): Problem[] {
  const verify = page.outcome?.verify
  if (verify === undefined) return []
  const named = known.find(({ name }) => name === verify)
  if (named?.rules.allowed && named.tool.kind === 'read') return []
  const message = `\`outcome.verify\` names \`${verify}\`, which is no read tool that the page allows`
  const hint = 'allow a read tool that answers with `reached`, or record outcomes with `charter outcome record`'
  return [problemAt(page, 'outcome.verify', { level: 'warning', code: 'outcome_unverifiable', message, hint })]
}

interface KnownTool {
  readonly name: string
  readonly rules: ToolRules
  readonly tool: Tool
}

/** Policies are made for every stage that may be in force; at `auto` and `observe` only a threshold ever asks. */
function isOfAnotherStage({ agent }: Page, { code, param }: CompileProblem): boolean {
  if (code !== 'no_approver' || agent.stage === 'gated' || agent.stage === 'draft') return false
  return param?.includes('require_approval_over_') !== true
}

function fromCompile(page: Page, { level, code, message, hint, place, param }: CompileProblem): Problem {
  const told = problemAt(page, param ?? '', { level, code, message, ...(hint !== undefined && { hint }) })
  return place === undefined ? told : { ...told, place }
}

/** A page may raise a risk, never lower it: lowered, it would only seem to be lower. */
function loweredRisk(page: Page, name: string, { risk }: ToolRules, tool: Tool): Problem[] {
  const rank = (each: Risk) => risks.indexOf(each)
  if (risk === undefined || rank(risk) >= rank(tool.risk)) return []
  const message = `\`${name}\` declares \`${tool.risk}\` risk, and a page cannot lower it to \`${risk}\``
  return [problemAt(page, `tools.${name}.risk`, { level: 'error', code: 'risk_lowered', message })]
}

function unknownFields(page: Page, name: string, { allowedFields = [] }: ToolRules, tool: Tool): Problem[] {
  const names = argumentsOf(tool)
  return allowedFields.flatMap((field, index) => {
    if (names.includes(field)) return []
    const meant = nearest(field, names)
    const message = `\`${name}\` has no argument \`${field}\`${meant === undefined ? '' : `, did you mean \`${meant}\`?`}`
    return [
      problemAt(page, `tools.${name}.allowed_fields.${index}`, { level: 'error', code: 'argument_unknown', message }),
    ]
  })
}

function argumentsOf({ input }: Tool): string[] {
  const { properties } = input.jsonSchema
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

/** Keys that name a kind of subject, with the key of the page they stand on. */
function subjectKeys(name: string, { once, limits }: ToolRules): [string, string][] {
  const ofOnce: [string, string][] = once === undefined ? [] : [[`tools.${name}.once.per`, once.per]]
  return [
    ...ofOnce,
    ...Object.entries(limits).map(([limit, { per }]): [string, string] => [`tools.${name}.limits.${limit}.per`, per]),
  ]
}

function unknownSubjects(page: Page, name: string, rules: ToolRules, tool: Tool): Problem[] {
  if (tool.subjects !== undefined) return []
  return subjectKeys(name, rules).map(([path, kind]) => {
    const message = `\`${name}\` names no subjects, so nothing can be counted per \`${kind}\``
    return problemAt(page, path, { level: 'error', code: 'subject_unknown', message })
  })
}

/** Subjects come out of a function of the tool, so that their kinds are known only when it runs. */
function uncheckedSubjects(page: Page, known: readonly KnownTool[]): Problem[] {
  const kinds = known.flatMap(({ name, rules, tool }) => {
    if (tool.subjects === undefined) return []
    const own: [string, string][] = rules.subject === undefined ? [] : [[`tools.${name}.subject`, rules.subject]]
    return [...own, ...subjectKeys(name, rules)]
  })
  const [first] = kinds
  if (first === undefined) return []
  const words = [...new Set(kinds.map(([, kind]) => `\`${kind}\``))].join(', ')
  const message = `whether the tools name subjects of the kind ${words} shows only when they run`
  return [problemAt(page, first[0], { level: 'note', code: 'not_checked', message })]
}

function unlimitedMoney(page: Page, name: string, rules: ToolRules, tool: Tool): Problem[] {
  const money = tool.input.classified.some(({ classification }) => classification === 'money')
  const sums = Object.values(rules.limits).some(({ measure }) => measure !== 'calls')
  if (!rules.allowed || tool.kind === 'read' || !money || rules.maxAmount !== undefined || sums) return []
  const over = rules.requireApprovalOver
  const asked = over === undefined ? '' : `, though people are asked above ${formatMoney(over)}`
  const message = `\`${name}\` moves money, and the page sets no most for it${asked}`
  return [problemAt(page, `tools.${name}`, { level: 'note', code: 'money_unlimited', message })]
}

/** One changes where money goes, the other sends it: each is harmless without the other. */
function conflicts(page: Page, name: string, known: readonly KnownTool[]): Problem[] {
  const own = known.find((each) => each.name === name)
  if (own?.rules.allowed !== true) return []
  const others = known.filter(
    ({ rules, tool }) =>
      rules.allowed && (own.tool.conflictsWith.includes(tool.name) || tool.conflictsWith.includes(name)),
  )
  // Both ends see the conflict; the one that stands later tells it.
  const before = known.slice(0, known.indexOf(own))
  return others
    .filter(
      (other) =>
        before.includes(other) && own.rules.acceptConflict === undefined && other.rules.acceptConflict === undefined,
    )
    .map((other) => {
      const message = `\`${name}\` and \`${other.name}\` conflict, so they do not stand on one page as they are`
      const hint = 'give one of them to another agent, or say why not: `accept_conflict: reason`'
      return problemAt(page, `tools.${name}`, { level: 'error', code: 'tools_conflict', message, hint })
    })
}

function uncitable(page: Page, known: readonly KnownTool[]): Problem[] {
  if (known.some(({ rules, tool }) => rules.allowed && tool.documents !== undefined)) return []
  return known
    .filter(({ rules }) => rules.allowed && rules.requireCitation)
    .map(({ name }) => {
      const message = `\`${name}\` must cite a document, and no tool on the page shows any: it will be denied`
      return problemAt(page, `tools.${name}.require_citation`, {
        level: 'warning',
        code: 'citation_impossible',
        message,
      })
    })
}
