/** Secrets that stand in what people, models and systems say: long enough to be found in any form, and never twice. */
import { type Random, randomOf } from '../tau-retail/random.ts'

export interface Secret {
  readonly text: string
  /** Where it was planted: `input`, `prompt`, `arguments`, `result`, `approval`. */
  readonly class: string
  readonly run: string
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

export class Secrets {
  readonly #random: Random
  readonly planted: Secret[] = []

  constructor(seed: number) {
    this.#random = randomOf(seed, 'secrets')
  }

  /** How many runs said anything so far. */
  get runs(): number {
    return new Set(this.planted.map(({ run }) => run)).size
  }

  draw(): string {
    return Array.from({ length: 20 }, () => alphabet.charAt(this.#random.below(alphabet.length))).join('')
  }

  plant(run: string, classes: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(classes)) this.planted.push({ run, class: name, text })
  }

  of(runs: readonly string[], classes?: readonly string[]): readonly Secret[] {
    return this.planted.filter((secret) => runs.includes(secret.run) && (classes?.includes(secret.class) ?? true))
  }
}
