/** Whether the program takes a call that a page shows: its verb, its options, its choices and no argument too many. */
import { CommanderError } from 'commander'
import type { RawGiven, Verb } from '../../src/cli/verb.ts'
import { charterProgram } from './charter-program.ts'
import type { SaidCommand } from './said-commands.ts'

/** What is wrong, or nothing. What is left out is not missed: a page may show a part of a call. */
export async function whatIsWrong({ file, line, words }: SaidCommand): Promise<string | undefined> {
  const program = charterProgram(readAll)
  const isNounAlone = words.length === 1 && program.commands.some((each) => each.name() === words[0])
  if (isNounAlone) return undefined
  try {
    await program.parseAsync([...words], { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined
    const why = error instanceof Error ? error.message : String(error)
    return `${file}:${line}: \`charter ${words.join(' ')}\`: ${why}`
  }
}

/** Reads what was given, as the verb would before it does anything. */
function readAll({ args, options }: Verb, raw: RawGiven): void {
  for (const [name, parameter] of Object.entries({ ...args, ...options })) {
    if (raw[name] !== undefined && !isPlaceholder(raw[name])) parameter.read(raw[name])
  }
}

/** `RUN`, `<run>`: whoever reads puts something else in its place. */
const isPlaceholder = (value: unknown): boolean => typeof value === 'string' && /^([A-Z]+|<.*>)$/.test(value)
