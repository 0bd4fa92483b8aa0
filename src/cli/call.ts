/** One call of the command line: the terminal, how to speak on it, and what was typed. */
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Paint } from './paint.ts'
import type { Terminal } from './terminal.ts'

export interface Call {
  readonly terminal: Terminal
  /** One JSON document on stdout, and errors as JSON on stderr. */
  readonly json: boolean
  /** For what stands on stdout. */
  readonly paint: Paint
  /** As it would be typed again. */
  readonly typed: string
  /** A person sits at the terminal and may be asked. */
  readonly mayAsk: boolean
  ask(question: string): Promise<string>
  /** What was asked for: the document for a program, else the lines for a person. */
  answer(document: Json, lines: () => readonly string[]): void
  /** A part of the answer that a person sees before the rest is there. */
  begin(line: string): void
  /** Said beside the answer, to a person: on stderr, and not at all with `--json`. */
  note(line: string): void
}

export interface CallParts {
  readonly terminal: Terminal
  readonly json: boolean
  readonly paint: Paint
  readonly typed: string
}

export function newCall({ terminal, json, paint, typed }: CallParts): Call {
  return {
    terminal,
    json,
    paint,
    typed,
    mayAsk: terminal.input.isTTY && !json,
    ask: async (question) => {
      try {
        return (await terminal.input.ask(question)).trim()
      } catch (cause) {
        throw terminal.interrupted.aborted ? new CharterError('cancelled', 'cancelled', { cause }) : cause
      }
    },
    answer: (document, lines) => {
      const shown = json ? [JSON.stringify(document, null, 2)] : lines()
      terminal.out.write(shown.map((line) => `${line}\n`).join(''))
    },
    begin: (line) => {
      if (!json) terminal.out.write(`${line}\n`)
    },
    note: (line) => {
      if (!json) terminal.err.write(`${line}\n`)
    },
  }
}

/** What cannot be taken back is said twice: by `--yes`, or by a person who is asked. */
export async function requireYes(call: Call, yes: boolean, question: string): Promise<void> {
  if (yes) return
  if (!call.mayAsk) {
    throw new CharterError('usage', 'this needs `--yes`, because nobody can be asked here', {
      param: '--yes',
      hint: `${call.typed} --yes`,
    })
  }
  const answer = await call.ask(`${question} [y/N] `)
  if (!/^y(es)?$/i.test(answer)) throw new CharterError('cancelled', 'nothing was done')
}
