import { evaluate } from '../arithmetic.ts'
import { floatText, roundToCents } from '../float.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'

/** The result is text, rounded to two places. */
export function calculate({ expression }: { expression: string }): Outcome<string> {
  if (!/^[0-9+\-*/(). ]*$/.test(expression)) return refuse('invalid characters in expression')
  const result = evaluate(expression)
  return typeof result === 'number' ? accept(floatText(roundToCents(result))) : refuse(result.error)
}
