/** The verbs as commander's program: nouns over verbs, options as they are declared, help with examples. */
import { Argument, Command, Option } from 'commander'
import { complaintOf } from './complaint.ts'
import type { Raw } from './parameter.ts'
import type { RawGiven, Verb } from './verb.ts'

export interface ProgramParts {
  readonly version: string
  readonly verbs: readonly Verb[]
  /** What each noun is about. */
  readonly nouns: Readonly<Record<string, string>>
  readonly out: { write(text: string): void; columns: number; isTTY: boolean }
  perform(verb: Verb, raw: RawGiven): Promise<void>
}

export function buildProgram({ version, verbs, nouns, out, perform }: ProgramParts): Command {
  const program = withComplaints(new Command('charter'))
    .description('Run AI agents that act under a charter: prove what they did, stop them fast.')
    .version(version, '--version', 'print the version')
    .option('--json', 'one JSON document on stdout, errors as JSON on stderr')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => out.write(text),
      // Complaints are thrown, and said in one place like any other error.
      writeErr: () => {},
      getOutHelpWidth: () => out.columns,
    })
    .helpOption('-h, --help', 'say what a command does')
    .helpCommand(false)
    .showSuggestionAfterError(false)
  for (const verb of verbs) addVerb(parentOf(program, verb, nouns), verb, perform)
  return program
}

function parentOf(program: Command, verb: Verb, nouns: ProgramParts['nouns']): Command {
  const [noun = '', ...rest] = verb.name.split(' ')
  if (rest.length === 0) return program
  const known = program.commands.find((command) => command.name() === noun)
  if (known !== undefined) return known
  return withComplaints(
    program
      .command(noun)
      .description(nouns[noun] ?? '')
      .helpCommand(false),
  )
}

function addVerb(parent: Command, verb: Verb, perform: ProgramParts['perform']): void {
  const command = withComplaints(parent.command(verb.name.split(' ').at(-1) ?? verb.name)).description(verb.about)
  for (const [name, { shape, about, choices }] of Object.entries(verb.args)) {
    // Never required in commander's eyes: what is missing is asked for, or said with the right invocation.
    const said = choices ? `${about}: ${choices.join(', ')}` : about
    command.addArgument(new Argument(shape === 'some' ? `[${name}...]` : `[${name}]`, said))
  }
  command.usage([...Object.entries(verb.args).map(usageOf), '[options]'].join(' '))
  for (const { flags, about, repeats, choices, example } of Object.values(verb.options)) {
    const said = example === undefined ? about : `${about} (needed)`
    const option = new Option(flags, choices ? `${said}: ${choices.join(', ')}` : said)
    command.addOption(repeats ? option.argParser(collect) : option)
  }
  command.addHelpText('after', () => afterHelp(verb))
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Record<string, Raw>>()
    const names = Object.keys(verb.args)
    const args = Object.fromEntries(names.map((name, index) => [name, given[index] as Raw]))
    const named = Object.entries(verb.options).map(([name, { flags }]) => [
      name,
      options[new Option(flags).attributeName()],
    ])
    await perform(verb, { ...args, ...Object.fromEntries(named) })
  })
}

function withComplaints(command: Command): Command {
  return command.exitOverride((error) => {
    throw complaintOf(command, error)
  })
}

const usageOf = ([name, { shape }]: [string, { shape: string }]) =>
  shape === 'one' ? `<${name}>` : shape === 'some' ? `[${name}...]` : `[${name}]`

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

function afterHelp({ help, examples }: Verb): string {
  const shown = examples.map((example) => `  charter ${example}`)
  return ['', ...(help === undefined ? [] : [help, '']), 'Examples:', ...shown].join('\n')
}
