/**
 * Arithmetic over numbers, `+ - * / // **` and parentheses, with the precedence and the rounding down that Python
 * gives them. Every number is a float here; the benchmark's own tool is exact for whole numbers above 2^53.
 */

export interface NoResult {
  readonly error: string
}

type Operator = (left: number, right: number) => number

const sums: Record<string, Operator> = { '+': (a, b) => a + b, '-': (a, b) => a - b }
const products: Record<string, Operator> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / nonZero(b),
  '//': (a, b) => Math.floor(a / nonZero(b)),
}

class ArithmeticError extends Error {}

/** Dollars, pieces, whatever the numbers meant; or why there is no result. */
export function evaluate(expression: string): number | NoResult {
  try {
    const tokens = expression.match(/\d+\.?\d*|\.\d+|\*\*|\/\/|[+\-*/()]|\S/g) ?? []
    const left = [...tokens].reverse()
    const result = sum(left)
    if (left.length > 0) throw new ArithmeticError('invalid syntax')
    return Number.isFinite(result) ? result : { error: 'the result is no real number in range' }
  } catch (error) {
    if (error instanceof ArithmeticError) return { error: error.message }
    if (error instanceof RangeError) return { error: 'too many nested parentheses' }
    throw error
  }
}

/** The rest of the expression, the next token last. */
type Tokens = string[]

function sum(tokens: Tokens): number {
  return chain(tokens, sums, product)
}

function product(tokens: Tokens): number {
  return chain(tokens, products, signed)
}

function chain(tokens: Tokens, operators: Record<string, Operator>, operand: (tokens: Tokens) => number): number {
  let value = operand(tokens)
  for (let operator = operators[tokens.at(-1) ?? '']; operator; operator = operators[tokens.at(-1) ?? '']) {
    tokens.pop()
    value = operator(value, operand(tokens))
  }
  return value
}

function signed(tokens: Tokens): number {
  const sign = tokens.at(-1)
  if (sign !== '+' && sign !== '-') return power(tokens)
  tokens.pop()
  return sign === '-' ? -signed(tokens) : signed(tokens)
}

/** Binds tighter than a sign on its left, looser than one on its right: `-2**-1` is -0.5. */
function power(tokens: Tokens): number {
  const base = atom(tokens)
  if (tokens.at(-1) !== '**') return base
  tokens.pop()
  return base ** signed(tokens)
}

function atom(tokens: Tokens): number {
  const token = tokens.pop()
  if (token === '(') {
    const value = sum(tokens)
    if (tokens.pop() !== ')') throw new ArithmeticError("'(' was never closed")
    return value
  }
  if (token === undefined || !/\d/.test(token)) throw new ArithmeticError('invalid syntax')
  return Number(token)
}

function nonZero(divisor: number): number {
  if (divisor === 0) throw new ArithmeticError('division by zero')
  return divisor
}
