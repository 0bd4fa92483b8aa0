/**
 * Where keys live, apart from the ledger: who has the ledger alone reads no content, and deleting a key erases what
 * it sealed everywhere, backups of the ledger included. Asynchronous, so that a KMS can stand behind it.
 *
 * A data key belongs to one stream and one retention class. It is made ahead and is safe on disk before it is handed
 * out; whose it became is written afterwards and may be lost with the power, so a payload names its key itself.
 */
import type { KeyObject } from 'node:crypto'
import type { CheckpointSigner } from '../ledger/checkpoint.ts'

export interface Keyring {
  /** Made when first asked for, and the same ever after. */
  tenantKeys(tenant: string): Promise<TenantKeys>
  /** Ed25519, made when first asked for. */
  signingKey(): Promise<SigningKey>

  /** So many new data keys, each durable before it is returned and given to nobody else. */
  reserve(count: number): Promise<readonly DataKey[]>
  /** Writes down whose a reserved key became; again for the same key is no error. */
  assign(owners: readonly KeyOwner[]): Promise<void>
  /** Every key of a stream that was ever assigned, oldest first; without `key` where it was erased. */
  keysOf(tenant: string, stream: string): Promise<readonly AssignedKey[]>
  /** Keys that were reserved and never assigned: a crash may have come between the use of one and its assignment. */
  spares(): Promise<readonly DataKey[]>
  /** Deletes keys that were reserved and sealed nothing. */
  discard(ids: readonly string[]): Promise<void>

  /**
   * Deletes the keys of a stream, those of one class or all, and `ids` (which payloads of them name), so that they
   * cannot be read from the keyring's storage afterwards. Returns how many there were.
   */
  erase(tenant: string, stream: string, ofClass?: string, ids?: readonly string[]): Promise<number>
  close(): Promise<void>
}

export interface TenantKeys {
  readonly pseudonym: KeyObject
  readonly digest: KeyObject
}

/** AES-256. The id is at most 255 bytes of ASCII and stands in every payload that the key seals. */
export interface DataKey {
  readonly id: string
  readonly key: KeyObject
}

export interface KeyOwner {
  readonly id: string
  readonly tenant: string
  readonly stream: string
  /** Retention class. */
  readonly class: string
}

export interface AssignedKey {
  readonly id: string
  readonly class: string
  readonly key: KeyObject | undefined
}

export interface SigningKey extends CheckpointSigner {
  readonly publicKey: KeyObject
}
