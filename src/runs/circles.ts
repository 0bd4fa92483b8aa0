/** A run whose steps come to nothing would be moved for ever, and by nothing that anybody sees: it fails, and says so. */
import { CharterError } from '../errors.ts'

/** Far more than a run takes between two events. */
const mostSteps = 1_000

export class Circles {
  #place = -1
  #steps = 0

  /** Before each step, with the number of events so far, drafted ones among them. Throws `internal`. */
  note(place: number): void {
    this.#steps = place === this.#place ? this.#steps + 1 : 0
    this.#place = place
    if (this.#steps >= mostSteps) throw new CharterError('internal', `a run goes in circles after ${place} events`)
  }
}
