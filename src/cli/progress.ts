/** How far long work has come: one line that is written over on a terminal, elsewhere a line every few seconds. */
import type { Call } from './call.ts'

export interface Progress {
  /** Cheap to call often: most calls say nothing. */
  at(done: number): void
  end(): void
}

const everyMs = { terminal: 100, log: 5_000 }

export function progressOf(call: Call, what: string, total?: number): Progress {
  const { err, clock } = call.terminal
  const every = err.isTTY ? everyMs.terminal : everyMs.log
  let last = clock.monotonic()
  let shown = false
  return {
    at(done) {
      const now = clock.monotonic()
      if (call.json || now - last < every) return
      last = now
      shown = true
      const share = total === undefined || total === 0 ? '' : ` (${Math.floor((done / total) * 100)} %)`
      const line = `${what}: ${done.toLocaleString('en')}${share}`
      err.write(err.isTTY ? `\r${line}${eraseToEnd}` : `${line}\n`)
    },
    end() {
      if (shown && err.isTTY) err.write(`\r${eraseToEnd}`)
    },
  }
}

const eraseToEnd = '\u001b[K'
