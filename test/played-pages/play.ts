/**
 * Plays the consoles of a page in the house that it names, and holds what is printed against what the page shows.
 *
 *   <!-- house: loops -->     at the head of the page: which of `houses.ts`
 *   ```console                each `$ charter …` is called, the lines below it are what it prints
 *   ```sh                     is for the reader to adapt: that it parses is checked elsewhere
 */
import { commandsIn } from '../../scripts/docs/said-commands.ts'
import type { PlayedProject } from './project.ts'
import { firstDifference, Naming } from './same-output.ts'

export const houseOf = (text: string): string | undefined => /^<!-- house: ([\w-]+) -->$/m.exec(text)?.[1]

const consoles = /(```console\n)([\s\S]*?)(\n```)/g

export interface Played {
  /** How many commands were called. */
  readonly commands: number
  /** `charter run list: the page shows … and it printed …` */
  readonly differences: readonly string[]
  /** The page with what was printed in the place of what it shows, where that differs. */
  readonly rewritten: string
}

export async function playPage(text: string, project: PlayedProject): Promise<Played> {
  const naming = new Naming()
  const differences: string[] = []
  let commands = 0
  let rewritten = text
  for (const [whole = '', open = '', code = '', close = ''] of text.matchAll(consoles)) {
    const blocks: string[] = []
    for (const { typed, shown } of callsIn(code)) {
      commands++
      const printed = await call(project, naming.toHouse(typed))
      const difference = firstDifference(shown, printed, naming)
      if (difference)
        differences.push(
          `\`${typed}\`:\n  the page shows  ${difference.shown}\n  and it printed  ${difference.printed}`,
        )
      blocks.push([`$ ${typed}`, ...(difference ? printed.map(naming.toPage) : shown)].join('\n'))
    }
    rewritten = rewritten.replace(whole, () => `${open}${blocks.join('\n')}${close}`)
  }
  return { commands, differences, rewritten }
}

/** A call, and the lines up to the next one. A call may go on behind a backslash. */
function callsIn(code: string): { typed: string; shown: string[] }[] {
  const calls: { typed: string; shown: string[] }[] = []
  let isOpen = false
  for (const line of code.split('\n')) {
    const last = calls.at(-1)
    if (line.startsWith('$ ')) calls.push({ typed: line.slice(2), shown: [] })
    else if (isOpen && last) last.typed += `\n${line}`
    else last?.shown.push(line)
    isOpen = line.endsWith('\\') && (isOpen || line.startsWith('$ '))
  }
  return calls
}

/** What a person sees: the answer, and what is said beside it. */
async function call(project: PlayedProject, typed: string): Promise<string[]> {
  const [words = []] = commandsIn(typed.replaceAll('\\\n', ' '))
  const { out, err } = await project.charter(words)
  return `${out}${err}`
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trimEnd())
}
