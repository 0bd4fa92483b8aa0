/** How the demo looks: a heading for each ticket, its story below, the desk's own log beside it. Plain where it is piped. */
import { type Paint, paintFor, paintWord } from '../../../src/cli/paint.ts'
import { table } from '../../../src/cli/table.ts'
import type { StoryLine } from '../../../src/traces/story.ts'

export type Screen = ReturnType<typeof createScreen>

export function createScreen(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
  // A pipe gets each line whole, so that it can be searched.
  const columns = stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY
  const write = (line = '') => void stream.write(`${line.trimEnd()}\n`)
  const paint = paintFor({ isTTY: stream.isTTY === true, columns, write }, env, true)
  const words = (text: string) => text.replace(telling, (word) => paintWord(paint, word))

  return {
    write,
    heading(mark: string, name: string, shows: string): void {
      write(`${paint.faint(mark)}  ${paint.strong(name)}`)
      write(`${' '.repeat(mark.length + 2)}${paint.faint(shows)}`)
    },
    story({ depth, text }: StoryLine): void {
      const margin = '  '.repeat(depth + 1)
      const [, what, decision = '', why = '', cost = ''] = judged.exec(text) ?? []
      if (what === undefined) {
        write(margin + (depth === 0 ? paint.strong(words(text)) : words(text)))
        return
      }
      const said = `→ ${paintWord(paint, decision)}${sayWhy(paint, why)}${paint.faint(cost)}`
      const fits = margin.length + text.length <= columns
      write(fits ? `${margin}${what} ${said}` : `${margin}${what}\n${margin}    ${said}`)
    },
    /** What a person types in another process. */
    typed: (command: readonly string[]) => write(`    ${paint.strong(`$ charter ${command.map(quoted).join(' ')}`)}`),
    beside: (who: string, text: string) => write(`    ${paint.faint(who)}  ${words(text)}`),
    rows(head: readonly string[], rows: readonly (readonly string[])[]): void {
      for (const line of table(
        head,
        rows.map((row) => row.map(words)),
      ))
        write(`  ${line}`)
    },
    fact: (name: string, text: string) => write(`  ${paint.strong(name.padEnd(8))} ${text}`),
    good: (text: string) => write(paint.good(text)),
    bad: (text: string) => write(paint.bad(text)),
  }
}

/** `2.1 get_invoice invoice=in_93K2 → allow by get_invoice.allowed · $0.0004` */
const judged = /^(\d.*?) → (\w+)(.*?)( · \$[\d.]+)?$/

/** The rules are what is looked for first. */
const sayWhy = (paint: Paint, why: string) => why.replace(/(?<= by )[\w., ]+/, paint.strong)

const telling =
  /\b(?:allow|committed|unknown|granted|denied|edited|expired|done|handed_off|stopped|failed|invalid|waiting)\b/

const quoted = (word: string) => (/^[\w.:/@=-]+$/.test(word) ? word : `'${word}'`)
