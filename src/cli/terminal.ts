/** What a command may reach of the world it is called in, handed in so that a command is tested inside one process. */
import type { Clock } from '../clock.ts'
import type { Randomness } from '../ids.ts'

export interface Terminal {
  /** Data. */
  readonly out: Screen
  /** Everything else. */
  readonly err: Screen
  readonly input: Keyboard
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  readonly random: Randomness
  /** Aborts when the person presses Ctrl-C, or the process is told to end. */
  readonly interrupted: AbortSignal
}

export interface Screen {
  readonly isTTY: boolean
  /** Characters in a line; 80 where nothing is known. */
  readonly columns: number
  write(text: string): void
}

export interface Keyboard {
  readonly isTTY: boolean
  /** One line, asked for on a terminal. */
  ask(question: string): Promise<string>
  /** All that is piped in. */
  readAll(): Promise<string>
}
