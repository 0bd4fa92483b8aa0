import type { ExportProblem } from '../ledger/findings.ts'
import type { Paint } from './paint.ts'

/** What is wrong with a file, and where: two lines for each. */
export const sayProblems = (paint: Paint, problems: readonly ExportProblem[]): string[] =>
  problems.flatMap(({ line, stream, seq, what, hint }) => {
    const where = [`line ${line}`, stream, seq === undefined ? undefined : `event ${seq}`]
    return [
      `${paint.bad('wrong')}  ${where.filter((part) => part !== undefined).join(', ')}: ${what}`,
      `       ${hint}`,
    ]
  })
