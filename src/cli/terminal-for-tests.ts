/** A terminal without a process: what is typed is written down beforehand, what is said is kept. For tests of commands. */
import { type Clock, systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import { runCharter } from './run-charter.ts'
import type { Terminal } from './terminal.ts'

export interface Script {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** A person sits there; nobody does unless said otherwise. */
  readonly isTTY?: boolean
  /** What they answer, question by question. */
  readonly answers?: readonly string[]
  readonly piped?: string
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

export interface Said {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export async function say(script: Script, ...argv: string[]): Promise<Said> {
  const said = { out: '', err: '' }
  const exit = await runCharter(argv, scriptedTerminal(script, said))
  return { exit, ...said }
}

export function scriptedTerminal(
  { cwd, env = {}, isTTY = false, answers = [], piped = '', signal, clock = systemClock }: Script,
  said: { out: string; err: string },
): Terminal {
  const left = [...answers]
  const screen = (name: 'out' | 'err') => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      said[name] += text
    },
  })
  return {
    out: screen('out'),
    err: screen('err'),
    input: { isTTY, readAll: async () => piped, ask: async () => left.shift() ?? '' },
    env,
    cwd,
    clock,
    random: systemRandomness,
    interrupted: signal ?? new AbortController().signal,
  }
}
