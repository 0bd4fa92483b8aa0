/** Lists that come page by page: one row more than is shown is asked for, so that a list which goes on says so. */
import type { Json } from '../json.ts'
import type { Call } from './call.ts'
import { text, whole, withDefault } from './parameter.ts'

export const mostOption = withDefault(whole('--most <number>', 'so many at most'), 50)
export const beforeOption = (noun: string) => text(`--before <${noun}>`, 'those older than this one')

interface Said<Row> {
  readonly document: (rows: readonly Row[]) => Json
  readonly lines: (rows: readonly Row[]) => readonly string[]
  readonly id: (row: Row) => string
}

/** Answers with the newest, and tells a person how to see what is older. A program sees as many as it asked for. */
export function answerNewest<Row>(
  call: Call,
  found: readonly Row[],
  most: number,
  { document, lines, id }: Said<Row>,
): void {
  const shown = found.slice(0, most)
  call.answer(document(shown), () => lines(shown))
  const last = shown.at(-1)
  if (found.length > most && last) call.note(`only the newest ${shown.length}; older ones with --before ${id(last)}`)
}
