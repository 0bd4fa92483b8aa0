/** One thing that can be said on the command line: a small function with what it takes, declared beside it. */
import { CharterError } from '../errors.ts'
import type { Call } from './call.ts'
import type { Arguments, Given, Options, Raw } from './parameter.ts'

export interface VerbParts<A extends Arguments, O extends Options> {
  /** `approval grant` */
  readonly name: string
  readonly about: string
  /** What `--help` says after the options. */
  readonly help?: string
  readonly args?: A
  readonly options?: O
  /** What stands after `charter `. */
  readonly examples: readonly string[]
  /** It runs until it is told to end, and a signal is its good ending. */
  readonly endsOnSignal?: boolean
  /** Answers with the exit status, 0 unless said otherwise. */
  run(call: Call, given: Given<A, O>): Promise<number | undefined>
}

export interface Verb {
  readonly name: string
  readonly about: string
  readonly help: string | undefined
  readonly args: Arguments
  readonly options: Options
  readonly examples: readonly string[]
  readonly endsOnSignal: boolean
  perform(call: Call, raw: RawGiven): Promise<number>
}

export type RawGiven = Readonly<Record<string, Raw>>

export function verb<const A extends Arguments = Record<never, never>, const O extends Options = Record<never, never>>(
  parts: VerbParts<A, O>,
): Verb {
  const args: Arguments = parts.args ?? {}
  const options: Options = parts.options ?? {}
  const { name, about, help, examples, endsOnSignal = false, run } = parts
  return {
    name,
    about,
    help,
    args,
    options,
    examples,
    endsOnSignal,
    perform: async (call, raw) => {
      const complete = await fillIn(call, args, options, raw)
      return (await run(call, readGiven<A, O>(args, options, complete))) ?? 0
    },
  }
}

function readGiven<A extends Arguments, O extends Options>(args: Arguments, options: Options, raw: RawGiven) {
  const parameters = Object.entries({ ...args, ...options })
  return Object.fromEntries(parameters.map(([name, parameter]) => [name, parameter.read(raw[name])])) as Given<A, O>
}

/** The environment stands in for what was not typed; then a person is asked, or nobody can be. */
async function fillIn(call: Call, args: Arguments, options: Options, raw: RawGiven): Promise<RawGiven> {
  const complete: Record<string, Raw> = { ...raw }
  const missing: { name: string; label: string; typed: string }[] = []
  for (const [name, { example }] of Object.entries(args)) {
    if (complete[name] === undefined && example !== undefined) missing.push({ name, label: name, typed: example })
  }
  for (const [name, { env, example, flags }] of Object.entries(options)) {
    complete[name] ??= env === undefined ? undefined : call.terminal.env[env] || undefined
    const long = flags.split(/[ ,]+/).find((word) => word.startsWith('--')) ?? flags
    if (complete[name] === undefined && example !== undefined)
      missing.push({ name, label: long, typed: `${long} ${example}` })
  }
  if (missing.length > 0 && !call.mayAsk) throw missingValues(call, missing)
  for (const { name, label } of missing) complete[name] = (await call.ask(`${label}: `)) || undefined
  return complete
}

function missingValues(call: Call, missing: readonly { label: string; typed: string }[]): CharterError {
  const names = missing.map(({ label }) => `\`${label}\``).join(', ')
  return new CharterError('usage', `${names} ${missing.length === 1 ? 'is' : 'are'} missing`, {
    param: missing[0]?.label,
    hint: [call.typed, ...missing.map(({ typed }) => typed)].join(' '),
  })
}
