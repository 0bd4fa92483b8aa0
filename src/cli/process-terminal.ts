/** The terminal of this very process. */
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import type { Keyboard, Screen, Terminal } from './terminal.ts'

export function processTerminal(): Terminal {
  const interrupted = signalled()
  return {
    out: screenOf(process.stdout),
    err: screenOf(process.stderr),
    input: keyboardOf(interrupted),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    random: systemRandomness,
    interrupted,
  }
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  // `charter run list | head` closes the pipe while we write: that is no error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
    write: (written) => void stream.write(written),
  }
}

function keyboardOf(signal: AbortSignal): Keyboard {
  return {
    isTTY: process.stdin.isTTY === true,
    readAll: () => text(process.stdin),
    ask: async (question) => {
      // On stderr, because stdout is for data.
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await lines.question(question, { signal })
      } finally {
        lines.close()
      }
    },
  }
}

/** The first signal asks politely; a second one ends the process, in case something hangs. */
function signalled(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130)
      controller.abort(signal)
    })
  }
  return controller.signal
}
