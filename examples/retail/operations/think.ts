import { accept, type Outcome } from '../outcome.ts'

/** Nothing happens: the thought stays in the run's record. */
export function think(): Outcome<string> {
  return accept('')
}
