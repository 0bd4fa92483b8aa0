/** Names of effects: one for each write action of a run, and the key that its vendor knows it by. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'

export const effectIdOf = (run: string, action: string): string => `${run}:${action}`

/**
 * The idempotency key of an effect, minted once at its first dispatch and read from the ledger ever after. A new
 * action has a new key; the model never sees it.
 */
export function mintKey(of: { ledger: string; tenant: string; run: string; action: string; digest: string }): string {
  return `ck_${hash('sha256', canonicalJson([of.ledger, of.tenant, of.run, of.action, of.digest]), 'base64url').slice(0, 32)}`
}
