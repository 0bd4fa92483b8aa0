/** What a reviewer would ask of a set of tools, with or without the page that allows them. */
import { argumentFindings } from './lint-arguments.ts'
import { error, type Finding, type Found, warning } from './lint-finding.ts'
import type { Money } from './money.ts'
import type { Tool } from './tool.ts'
import { type ToolSet, toolSet } from './tool-set.ts'

/** What is looked at of the page; the charter's own `Page` fits. */
export interface LintedPage {
  readonly tools: Readonly<Record<string, LintedRules>>
}

export interface LintedRules {
  readonly allowed: boolean
  readonly maxAmount?: Money
  readonly requireApprovalOver?: Money
  readonly limits?: Readonly<Record<string, { readonly measure: string }>>
  readonly fallback?: string
  readonly acceptConflict?: string
}

interface Look {
  readonly tool: Tool
  readonly rules: LintedRules | undefined
  readonly page: LintedPage | undefined
  readonly set: ToolSet
}

const lints: readonly ((look: Look) => readonly Found[])[] = [
  descriptionMissing,
  writeWithoutSubjects,
  highRiskUnguarded,
  verifyAbsent,
  amountWithoutMaximum,
  severalAmounts,
  fallbackOfNoUse,
  conflicts,
  ({ tool }) => argumentFindings(tool),
]

/** By tool, in the order given. With a page, a tool that it does not allow is left out. Throws `tool_duplicate`. */
export function lintTools(tools: Iterable<Tool>, page?: LintedPage): readonly Finding[] {
  const set = toolSet(tools)
  const looks = [...set.values()].map((tool) => ({ tool, rules: page?.tools[tool.name], page, set }))
  return looks
    .filter(({ rules }) => page === undefined || rules?.allowed === true)
    .flatMap((look) => lints.flatMap((lint) => lint(look).map((found) => ({ tool: look.tool.name, ...found }))))
}

function descriptionMissing({ tool }: Look): Found[] {
  if (tool.description.trim() !== '') return []
  return [
    error(
      'description_missing',
      'the tool has no description',
      'say what it does and when to use it: a model knows nothing else',
    ),
  ]
}

function writeWithoutSubjects({ tool }: Look): Found[] {
  if (tool.kind === 'read' || tool.subjects !== undefined) return []
  return [
    warning(
      'write_without_subjects',
      'the write does not say what it touches, so only its own run waits for it',
      'give `subjects`, the record that is changed first',
    ),
  ]
}

function highRiskUnguarded({ tool }: Look): Found[] {
  if (tool.kind === 'read' || tool.risk !== 'high' || tool.preview || tool.check) return []
  return [
    warning(
      'high_risk_unguarded',
      'a write of high risk has neither `check` nor `preview`',
      'refuse in `check` what the facts forbid, or show in `preview` what an approver would agree to',
    ),
  ]
}

function verifyAbsent({ tool }: Look): Found[] {
  if (tool.kind === 'read' || tool.idempotency === undefined || tool.verify) return []
  return [
    warning(
      'verify_absent',
      'once the vendor forgets its keys, a lost answer stays unknown until a person settles it',
      'give `verify`, if the vendor can be asked by key',
    ),
  ]
}

function amountWithoutMaximum({ tool, rules }: Look): Found[] {
  if (tool.kind === 'read' || rules?.maxAmount !== undefined) return []
  const limited = Object.values(rules?.limits ?? {}).map(({ measure }) => measure)
  return amountsOf(tool)
    .filter(({ path, maxMinor }) => maxMinor === undefined && !limited.includes(path))
    .map(({ path }) =>
      warning(
        'amount_without_maximum',
        `nothing bounds \`${path}\``,
        'give the page `max_amount_usd` or a limit, or the schema `money(…, { max })`',
      ),
    )
}

function severalAmounts({ tool, rules }: Look): Found[] {
  const paths = amountsOf(tool).map(({ path }) => `\`${path}\``)
  if (paths.length < 2) return []
  const bound = rules?.maxAmount !== undefined || rules?.requireApprovalOver !== undefined
  const say = bound ? error : warning
  return [
    say(
      'several_amounts',
      `keys of the page that end in \`_usd\` cannot tell ${paths.join(' from ')}`,
      'keep one amount in the tool, or write the rule in `policies`',
    ),
  ]
}

function fallbackOfNoUse({ tool, rules, page, set }: Look): Found[] {
  const fallback = rules?.fallback ?? tool.fallback
  if (fallback === undefined) return []
  if (!set.has(fallback)) {
    return [
      error('fallback_unknown', `the fallback \`${fallback}\` is no tool that is known`, 'name a tool of this agent'),
    ]
  }
  if (page === undefined || page.tools[fallback]?.allowed === true) return []
  return [
    error('fallback_not_allowed', `the page does not allow the fallback \`${fallback}\``, 'allow it, or name another'),
  ]
}

function conflicts({ tool, rules, page, set }: Look): Found[] {
  return tool.conflictsWith.flatMap((other) => {
    if (!set.has(other)) {
      return [
        warning(
          'conflict_unknown',
          `\`conflictsWith\` names \`${other}\`, which is no tool that is known`,
          'is it misspelt?',
        ),
      ]
    }
    const there = page?.tools[other]
    if (there?.allowed !== true || rules?.acceptConflict !== undefined || there.acceptConflict !== undefined) return []
    return [
      error(
        'conflict_not_accepted',
        `the page allows \`${other}\` as well`,
        'leave one out, or give `accept_conflict` with the reason',
      ),
    ]
  })
}

/** Amounts that a caller writes, by dotted path. */
function amountsOf(tool: Tool): { path: string; maxMinor: number | undefined }[] {
  return tool.input.classified
    .filter(({ classification }) => classification === 'money')
    .map(({ path, maxMinor }) => ({ path: path.join('.'), maxMinor }))
}
