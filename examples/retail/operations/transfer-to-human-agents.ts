import { accept, type Outcome } from '../outcome.ts'

/** Says that a person takes over; the run that called it ends here. */
export function transferToHumanAgents(): Outcome<string> {
  return accept('Transfer successful')
}
