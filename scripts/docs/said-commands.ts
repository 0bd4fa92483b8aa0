/** The calls of `charter` that a page shows, in code that is to be typed and in running text. */
import { codeBlocks, inlineCode, type Page } from './pages.ts'

export interface SaidCommand {
  readonly file: string
  readonly line: number
  /** What stands after `charter`. */
  readonly words: readonly string[]
}

const shells = new Set(['sh', 'bash', 'console', 'shell'])

export function saidCommands(page: Page): readonly SaidCommand[] {
  const typed = codeBlocks(page)
    .filter(({ language }) => shells.has(language))
    .flatMap(({ language, line, lines }) => typedLines(lines, line, language === 'console'))
  return [...typed, ...inlineCode(page)]
    .flatMap(({ line, text }) => commandsIn(text).map((words) => ({ file: page.file, line, words })))
    .filter(({ words }) => words.length > 0)
    .toSorted((a, b) => a.line - b.line)
}

/** In a console only what stands after the prompt was typed; a line that ends in a backslash goes on. */
function typedLines(lines: readonly string[], first: number, isConsole: boolean) {
  const typed: { line: number; text: string }[] = []
  let open: { line: number; text: string } | undefined
  for (const [index, line] of lines.entries()) {
    const [, prompted] = /^\$ (.*)$/.exec(line) ?? []
    const begins = prompted ?? (isConsole ? undefined : line)
    if (open) open.text += ` ${line}`
    else if (begins !== undefined) open = { line: first + index, text: begins }
    if (open?.text.endsWith('\\')) open.text = open.text.slice(0, -1)
    else if (open) {
      typed.push(open)
      open = undefined
    }
  }
  return typed
}

/** Several may stand in one line: `a && charter b | c`. Settings of variables before it are no part of it. */
export function commandsIn(text: string): string[][] {
  const commands: string[][] = [[]]
  for (const token of tokens(text)) {
    if (token === '#') break
    if (['&&', '||', '|', ';', '&'].includes(token)) commands.push([])
    else commands.at(-1)?.push(token)
  }
  return commands.flatMap((words) => {
    const call = words.filter((word) => !/^[A-Z_]+=/.test(word))
    const program = lengthOfProgram(call)
    return program === 0 ? [] : [withoutRedirection(call.slice(program))]
  })
}

function lengthOfProgram([first, second = '']: readonly string[]): number {
  if (first === 'charter') return 1
  const isOurs = (first === 'npx' && second === 'charter') || (first === 'node' && second.endsWith('bin/charter.js'))
  return isOurs ? 2 : 0
}

function withoutRedirection(words: readonly string[]): string[] {
  const end = words.findIndex((word) => /^\d?(>>?|<)/.test(word))
  return (end === -1 ? words : words.slice(0, end)).filter((word) => !['…', '...'].includes(word))
}

/** As a shell parts them, quotes taken off. */
const tokens = (text: string): string[] =>
  [...text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([token]) => token.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
