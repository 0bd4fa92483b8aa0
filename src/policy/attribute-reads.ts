/**
 * What a tool's policies read of a request, known before any request is (P8): each path under `.`, `[]` and `has`,
 * and everything below a record that is used whole.
 */
import type { Condition, Expression } from './expression.ts'

export interface Reads {
  /** Used as a value, so that all below it counts; otherwise only what stands in `below`, and whether it is there. */
  readonly whole: boolean
  readonly below: ReadonlyMap<string, Reads>
}

export interface PolicyReads {
  readonly context: Reads
  /** Whether any policy looks at the resource. */
  readonly subject: boolean
}

interface Marks {
  whole: boolean
  readonly below: Map<string, Marks>
}

export function readsOf(conditions: Iterable<Condition>, scopesNameSubject: boolean): PolicyReads {
  const context: Marks = { whole: false, below: new Map() }
  let subject = scopesNameSubject
  const visit = (expression: Expression): void => {
    const path = pathOf(expression)
    if (path === undefined) for (const operand of operandsOf(expression)) visit(operand)
    else if (path.root === 'resource') subject = true
    else if (path.root === 'context') mark(context, path.names, expression.is !== 'has')
  }
  for (const { body } of conditions) visit(body)
  return { context, subject }
}

/** `context.args.amount` as its root and names; nothing for what is no plain path. `has` counts: it reads presence. */
function pathOf(expression: Expression): { root: string; names: readonly string[] } | undefined {
  if (expression.is === 'variable') return { root: expression.name, names: [] }
  if (expression.is !== 'attribute' && expression.is !== 'has') return undefined
  const of = expression.of.is === 'has' ? undefined : pathOf(expression.of)
  const names = expression.is === 'has' ? expression.names : [expression.name]
  return of && { root: of.root, names: [...of.names, ...names] }
}

export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'literal':
    case 'variable':
      return []
    case 'attribute':
    case 'has':
      return [expression.of]
    case 'and':
    case 'or':
      return [expression.left, expression.right]
    case 'if':
      return [expression.condition, expression.consequent, expression.alternative]
    case 'operation':
      return expression.operands
  }
}

function mark(marks: Marks, names: readonly string[], whole: boolean): void {
  let at = marks
  for (const name of names) {
    const next: Marks = at.below.get(name) ?? { whole: false, below: new Map() }
    at.below.set(name, next)
    at = next
  }
  at.whole ||= whole
}

/** Every path read, shortest first, for checks against the types. */
export function* pathsRead(
  reads: Reads,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; whole: boolean }> {
  if (path.length > 0 || reads.whole) yield { path, whole: reads.whole }
  for (const [name, below] of reads.below) yield* pathsRead(below, [...path, name])
}
