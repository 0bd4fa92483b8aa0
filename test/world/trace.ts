/** What a world did, in order: a hash that tells whether it did the same again, and on demand the lines themselves. */
import { createHash } from 'node:crypto'

export class Trace {
  readonly lines: string[] | undefined
  #hash = createHash('sha256')
  #pending: string[] = []

  constructor(keepsLines: boolean) {
    this.lines = keepsLines ? [] : undefined
  }

  note(line: string): void {
    this.lines?.push(line)
    if (this.#pending.push(line) >= 256) this.#flush()
  }

  digest(): string {
    this.#flush()
    return this.#hash.copy().digest('hex')
  }

  #flush(): void {
    this.#hash.update(this.#pending.join('\n'))
    this.#hash.update('\n')
    this.#pending = []
  }
}
