/** A whole call of `charter`, from what was typed to the exit status: what `main.ts` does in a process, and tests without one. */
import { once } from 'node:events'
import { CommanderError } from 'commander'
import { CharterError, errorCodes } from '../errors.ts'
import { newId } from '../ids.ts'
import { newCall } from './call.ts'
import { asCharterError, errorDocument, errorLines } from './error-document.ts'
import { paintFor } from './paint.ts'
import { buildProgram } from './program.ts'
import { quoted } from './quoted.ts'
import type { Terminal } from './terminal.ts'
import { nouns, verbs } from './verbs.ts'
import { readVersion } from './version.ts'

export async function runCharter(argv: readonly string[], terminal: Terminal): Promise<number> {
  const global = globalOptions(argv)
  const typed = ['charter', ...argv.map(quoted)].join(' ')
  let exit = 0
  const program = buildProgram({
    version: readVersion(),
    verbs,
    nouns,
    out: terminal.out,
    perform: async (verb, raw) => {
      const paint = paintFor(terminal.out, terminal.env, global.colour)
      const performed = verb.perform(newCall({ terminal, json: global.json, paint, typed }), raw)
      exit = await (verb.endsOnSignal ? performed : Promise.race([performed, cancelled(terminal)]))
    },
  })
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return sayError(terminal, cancelledOr(error, terminal), global)
  }
}

interface GlobalOptions {
  readonly json: boolean
  readonly colour: boolean
}

/** Looked for before anything is parsed, because what cannot be parsed is answered in the same way. */
function globalOptions(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--')
  const options = end === -1 ? argv : argv.slice(0, end)
  return { json: options.includes('--json'), colour: !options.includes('--no-color') }
}

/** Whoever looks at the signal is given a moment to close what is open; whoever does not is left behind. */
const closingMs = 1_000

async function cancelled({ interrupted, clock }: Terminal): Promise<never> {
  if (!interrupted.aborted) await once(interrupted, 'abort')
  await clock.wait(closingMs)
  throw new CharterError('cancelled', 'cancelled')
}

function cancelledOr(error: unknown, terminal: Terminal): CharterError {
  if (!terminal.interrupted.aborted) return asCharterError(error)
  return new CharterError('cancelled', 'cancelled', { cause: error })
}

function sayError(terminal: Terminal, error: CharterError, { json, colour }: GlobalOptions): number {
  const { err, env, clock, random } = terminal
  const requestId = newId('req', clock, random)
  const lines = json ? [JSON.stringify(errorDocument(error, requestId))] : errorLines(error, paintFor(err, env, colour))
  err.write(lines.map((line) => `${line}\n`).join(''))
  if ((env.CHARTER_DEBUG ?? '') !== '' && !json) err.write(`${debugText(error)}\n`)
  return errorCodes[error.code].exit
}

const debugText = (error: CharterError): string => {
  const { cause } = error
  return cause instanceof Error ? `${error.stack}\ncaused by ${cause.stack}` : (error.stack ?? error.message)
}
