/** A Cedar condition as a tree with few shapes, made from Cedar's own JSON, for the checks that look at how it is written. */
import type { Clause, Expr } from '@cedar-policy/cedar-wasm/nodejs'
import { CharterError } from '../errors.ts'

export type Expression =
  | { readonly is: 'literal'; readonly value: unknown }
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly is: 'has'; readonly of: Expression; readonly names: readonly string[] }
  | { readonly is: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly is: 'if'
      readonly condition: Expression
      readonly consequent: Expression
      readonly alternative: Expression
    }
  | { readonly is: 'operation'; readonly operator: string; readonly operands: readonly Expression[] }

export interface Condition {
  readonly kind: 'when' | 'unless'
  readonly body: Expression
}

export const readConditions = (clauses: readonly Clause[]): Condition[] =>
  clauses.map(({ kind, body }) => ({ kind, body: readExpression(body) }))

/** Throws `policy_invalid` for a form that it does not know: what is not understood is not trusted. */
function readExpression(json: Expr): Expression {
  const [[operator, value] = ['', undefined], ...more]: [string, unknown][] = Object.entries(json)
  if (operator === '' || more.length > 0) throw notUnderstood(operator)
  switch (operator) {
    case 'Value':
      return { is: 'literal', value }
    case 'Var':
      return { is: 'variable', name: String(value) }
    case '.':
      return { is: 'attribute', of: part(value, 'left'), name: text(value, 'attr') }
    case 'has':
      return { is: 'has', of: part(value, 'left'), names: names(value) }
    case '&&':
      return { is: 'and', left: part(value, 'left'), right: part(value, 'right') }
    case '||':
      return { is: 'or', left: part(value, 'left'), right: part(value, 'right') }
    case 'if-then-else':
      return {
        is: 'if',
        condition: part(value, 'if'),
        consequent: part(value, 'then'),
        alternative: part(value, 'else'),
      }
    case 'Record':
      return { is: 'operation', operator, operands: Object.values(object(value)).map(expression) }
    default:
      return { is: 'operation', operator, operands: operands(operator, value) }
  }
}

/** Names of an operator's members that are no expressions: the pattern of `like`, the type of `is`. */
const notOperands = new Set(['pattern', 'entity_type'])

function operands(operator: string, value: unknown): Expression[] {
  if (Array.isArray(value)) return value.map(expression)
  const members = Object.entries(object(value)).filter(([name]) => !notOperands.has(name))
  if (members.length === 0) throw notUnderstood(operator)
  return members.map(([, member]) => expression(member))
}

function expression(value: unknown): Expression {
  if (!isExpr(value)) throw notUnderstood(typeof value)
  return readExpression(value)
}

const part = (value: unknown, name: string): Expression => expression(object(value)[name])

function names(value: unknown): readonly string[] {
  const { attr } = object(value)
  return Array.isArray(attr) ? attr.map(String) : [text(value, 'attr')]
}

function text(value: unknown, name: string): string {
  const found = object(value)[name]
  if (typeof found !== 'string') throw notUnderstood(name)
  return found
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw notUnderstood(typeof value)
  return value
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isExpr = (value: unknown): value is Expr => isRecord(value)

const notUnderstood = (what: string): CharterError =>
  new CharterError('policy_invalid', `a condition holds a form that is not understood: \`${what}\``)
