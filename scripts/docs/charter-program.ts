/** The program as `charter` has it, without a terminal: to be looked at, and to be asked what it would make of a line. */
import type { Command } from 'commander'
import { buildProgram } from '../../src/cli/program.ts'
import type { RawGiven, Verb } from '../../src/cli/verb.ts'
import { nouns, verbs } from '../../src/cli/verbs.ts'

/** `perform` is called in the place of the verb. */
export function charterProgram(perform: (verb: Verb, raw: RawGiven) => void = () => {}): Command {
  return buildProgram({
    version: '0.0.0',
    verbs,
    nouns,
    out: { write: () => {}, columns: 100, isTTY: false },
    perform: async (verb, raw) => perform(verb, raw),
  })
}

/** `approval grant` in the program. Throws where there is none. */
export function commandOf(program: Command, name: string): Command {
  const found = name.split(' ').reduce<Command | undefined>((parent, word) => childOf(parent, word), program)
  if (!found) throw new Error(`the program has no \`${name}\``)
  return found
}

const childOf = (parent: Command | undefined, word: string): Command | undefined =>
  parent?.commands.find((command) => command.name() === word)
