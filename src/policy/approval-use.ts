/**
 * P3: how a policy may speak of signatures, so that more of them never allow less. `context.approvals.GROUP >= NUMBER`
 * stands positively in a permit's `when` or a forbid's `unless`, and last in its `&&` chain: behind it nothing may
 * fail, because one more signature would then let a rule be reached that errs, and an error is a no.
 */
import { operandsOf } from './attribute-reads.ts'
import type { Condition, Expression } from './expression.ts'

export interface AskedSignatures {
  readonly group: string
  readonly count: number
}

interface Policy {
  readonly effect: 'permit' | 'forbid'
  readonly conditions: readonly Condition[]
}

/** What is wrong with the way a policy speaks of signatures, as a sentence; or nothing. */
export function findApprovalMisuse({ effect, conditions }: Policy): string | undefined {
  const positive = effect === 'permit' ? 'when' : 'unless'
  let asked = false
  for (const { kind, body } of conditions) {
    const touches = speaksOfApprovals(body)
    if (touches && kind !== positive)
      return `\`context.approvals\` may stand in the \`${positive}\` of a ${effect} only`
    if (asked && !asksOnly(body)) return 'a condition on `context.approvals` must be the last one of its policy'
    const misuse = findMisuse(body)
    if (misuse !== undefined) return misuse
    asked ||= touches
  }
  return undefined
}

/** Every `context.approvals.GROUP >= NUMBER` of a policy. */
export function askedSignatures(conditions: readonly Condition[]): AskedSignatures[] {
  return conditions.flatMap(({ body }) => asksIn(body))
}

function findMisuse(expression: Expression): string | undefined {
  if (!speaksOfApprovals(expression) || asked(expression)) return undefined
  switch (expression.is) {
    case 'or':
      return findMisuse(expression.left) ?? findMisuse(expression.right)
    case 'and':
      if (speaksOfApprovals(expression.left) && !asksOnly(expression.right)) {
        return '`context.approvals` must come last in its `&&` chain'
      }
      return findMisuse(expression.left) ?? findMisuse(expression.right)
    case 'if':
      if (speaksOfApprovals(expression.condition)) return '`context.approvals` may not stand in an `if` condition'
      return findMisuse(expression.consequent) ?? findMisuse(expression.alternative)
    case 'has':
      return '`has` may not ask about `context.approvals`: a group without signatures counts 0'
    default:
      return '`context.approvals` may appear only as `context.approvals.GROUP >= NUMBER`'
  }
}

/** Nothing but askings, joined by `&&` and `||`: it cannot fail. */
function asksOnly(expression: Expression): boolean {
  if (expression.is === 'and' || expression.is === 'or') return asksOnly(expression.left) && asksOnly(expression.right)
  return asked(expression) !== undefined
}

function asked(expression: Expression): AskedSignatures | undefined {
  if (expression.is !== 'operation' || expression.operator !== '>=') return undefined
  const [left, right] = expression.operands
  const group = left && groupOf(left)
  if (group === undefined || right?.is !== 'literal' || typeof right.value !== 'number' || right.value < 1)
    return undefined
  return { group, count: right.value }
}

function groupOf(expression: Expression): string | undefined {
  if (expression.is !== 'attribute' || expression.of.is !== 'attribute') return undefined
  const { of, name } = expression.of
  return of.is === 'variable' && of.name === 'context' && name === 'approvals' ? expression.name : undefined
}

/** The signatures under any name: also the whole of `context`, in which they stand. */
function speaksOfApprovals(expression: Expression): boolean {
  if (expression.is === 'variable') return expression.name === 'context'
  if (expression.is !== 'attribute' && expression.is !== 'has') return operandsOf(expression).some(speaksOfApprovals)
  const { of } = expression
  if (of.is !== 'variable' || of.name !== 'context') return speaksOfApprovals(of)
  return (expression.is === 'has' ? expression.names[0] : expression.name) === 'approvals'
}

function asksIn(expression: Expression): AskedSignatures[] {
  const found = asked(expression)
  return found === undefined ? operandsOf(expression).flatMap(asksIn) : [found]
}
