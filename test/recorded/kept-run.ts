/** A run as plain data that can be replayed anywhere: what the ledger has of it, and the keys that name what it names. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../../src/canonical-json.ts'
import type { Keyring } from '../../src/keyring/keyring.ts'
import { keyedDigest, pseudonym } from '../../src/keyring/pseudonym.ts'
import { type RecordedHouse, type RecordedRun, readRecordedRun } from '../../src/replays/recorded-run.ts'
import { type Naming, type Recording, recordingOf } from '../../src/replays/recording.ts'

export interface KeptRun {
  readonly recorded: RecordedRun
  /** Of the tenant, in hex: of a house that was made for a test. */
  readonly keys: { readonly digest: string; readonly pseudonym: string }
}

export interface KeepingHouse extends RecordedHouse {
  readonly keyring: Pick<Keyring, 'tenantKeys'>
}

/** Throws `run_not_found`. */
export async function keepRun(house: KeepingHouse, run: string): Promise<KeptRun> {
  const { digest, pseudonym } = await house.keyring.tenantKeys(house.tenant)
  const hex = (key: KeyObject) => key.export().toString('hex')
  return { recorded: await readRecordedRun(house, run), keys: { digest: hex(digest), pseudonym: hex(pseudonym) } }
}

export const recordingIn = (kept: KeptRun): Recording => recordingOf(kept.recorded, namingOf(kept))

/** Which events, one after the other. */
export const shapeOf = ({ recorded }: KeptRun): string =>
  (recorded.streams[`run/${recorded.run}`] ?? []).map(({ type }) => type).join(' ')

function namingOf({ keys }: KeptRun): Naming {
  const digestKey = createSecretKey(Buffer.from(keys.digest, 'hex'))
  const pseudonymKey = createSecretKey(Buffer.from(keys.pseudonym, 'hex'))
  return {
    digest: (value) => keyedDigest(digestKey, canonicalJson(value)),
    pseudonym: (kind, value) => pseudonym(pseudonymKey, kind, value),
  }
}
