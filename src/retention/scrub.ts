/** Has the database let go of the bytes of what was removed. */
import type { House } from '../commands/house.ts'

const tries = 40
const waitMs = 50

/** False where something else kept reading the log: the bytes are gone when that has ended, and its key is gone now. */
export async function scrub({ ledger, clock }: Pick<House, 'ledger' | 'clock'>): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) {
    if (await ledger.stored.scrub()) return true
    await clock.wait(waitMs)
  }
  return false
}
