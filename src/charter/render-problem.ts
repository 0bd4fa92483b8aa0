import { type Problem, visible } from './problem.ts'

/**
 * A problem for a terminal: place, level and message in one line; then, when the text of its file is at hand, the line at
 * fault with a caret below it; then the hint.
 *
 *     billing.charter.yaml:12:5 error unknown key `max_amout_usd`, did you mean `max_amount_usd`?
 *       12 |     max_amout_usd: 50
 *          |     ^
 */
export function renderProblem(problem: Problem, text?: string): string {
  const { place, level, message, hint } = problem
  return [
    `${place.file}:${place.line}:${place.column} ${level} ${message}`,
    ...(text === undefined ? [] : excerpt(text, place.line, place.column)),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n')
}

const widest = 100

function excerpt(text: string, line: number, column: number): string[] {
  const source = text.split(/\r?\n/)[line - 1]
  if (source === undefined || source.trim() === '') return []
  // A long line is cut in front, so that the fault stays in sight.
  const from = Math.max(0, Math.min(column - 1, source.length) - widest / 2)
  const shown = visible(source.slice(from, from + widest))
  const gutter = ' '.repeat(String(line).length)
  const indent = source.slice(from, column - 1).replace(/[^\t]/g, ' ')
  return [`  ${line} | ${shown}`, `  ${gutter} | ${indent}^`]
}
