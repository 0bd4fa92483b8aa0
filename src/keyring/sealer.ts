/**
 * What the engine seals, opens and names with, for one tenant. After `prepare(stream)` all of it is synchronous, so
 * that it can be used under a lock: new keys are at hand, and those of the stream are loaded.
 */
import { hash, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import type { Randomness } from '../ids.ts'
import type { Json } from '../json.ts'
import type { PayloadRef, SealedPayload } from '../ledger/event.ts'
import type { DataKey, KeyOwner, Keyring, TenantKeys } from './keyring.ts'
import { keyedDigest, pseudonym } from './pseudonym.ts'
import { createNonces, keyIdIn, open, seal } from './seal.ts'

export interface Sealer {
  /** Loads the stream's keys as they are now (another process may have erased some) and has new ones ready. */
  prepare(stream: string): Promise<void>
  /** Seals under the key of the stream and class. Throws `keyring_unavailable` where no key is left at hand. */
  seal(stream: string, n: number, ofClass: string, value: Json): { payload: SealedPayload; ref: PayloadRef }
  /** Throws `payload_erased` where the key is gone, `ledger_tampered` where the bytes are not what was sealed. */
  open(payload: SealedPayload): Json
  /** `invoice:9f2c…` */
  pseudonym(kind: string, value: string): string
  /** `hmac-sha256:…` over the canonical text of the value. */
  digest(value: Json): string
  /** Erases the keys of a stream, of one class or all; `payloads` are those of them that the ledger still has. */
  erase(stream: string, ofClass?: string, payloads?: readonly SealedPayload[]): Promise<number>
  /** Gives back what was not used. The keyring stays open. */
  close(): Promise<void>
}

export interface SealerParts {
  readonly keyring: Keyring
  readonly tenant: string
  readonly random: Randomness
  /** Streams whose keys are kept at hand; the one prepared longest ago makes room. */
  readonly mostStreams?: number
}

/** Keys are made ahead, again when only `fewKeys` are left; the first time no more, as many processes only read. */
const keysAtOnce = 256
const fewKeys = 64

export async function createSealer({ keyring, tenant, random, mostStreams = 4096 }: SealerParts): Promise<Sealer> {
  const spares = await keyring.spares()
  return new KeyringSealer(keyring, tenant, await keyring.tenantKeys(tenant), spares, createNonces(random), mostStreams)
}

interface StreamKeys {
  /** By class, the key that new payloads are sealed under. */
  readonly current: Map<string, DataKey>
  /** By id; undefined where the key was erased. */
  readonly all: Map<string, KeyObject | undefined>
}

class KeyringSealer implements Sealer {
  readonly #keyring: Keyring
  readonly #tenant: string
  readonly #tenantKeys: TenantKeys
  /** Keys of processes that ended before they wrote down whose they were. They open payloads and seal no more. */
  readonly #orphans: Map<string, KeyObject>
  readonly #nextNonce: () => Uint8Array
  readonly #mostStreams: number
  readonly #streams = new Map<string, StreamKeys>()
  /** Prepared, and without a key so far. */
  readonly #keyless = new Set<string>()
  /** Classes that streams of a kind have needed so far. */
  readonly #usual = new Map<string, Set<string>>()
  #unused: DataKey[] = []
  #owners: KeyOwner[] = []
  #filling: Promise<void> | undefined
  #isFirstFill = true

  constructor(
    keyring: Keyring,
    tenant: string,
    tenantKeys: TenantKeys,
    orphans: readonly DataKey[],
    nextNonce: () => Uint8Array,
    mostStreams: number,
  ) {
    this.#keyring = keyring
    this.#tenant = tenant
    this.#tenantKeys = tenantKeys
    this.#orphans = new Map(orphans.map(({ id, key }) => [id, key]))
    this.#nextNonce = nextNonce
    this.#mostStreams = mostStreams
  }

  async prepare(stream: string): Promise<void> {
    await this.#writeOwners()
    this.#keyless.add(stream)
    while (this.#unused.length < this.#wanted) await this.#fill()
    const stored = await this.#keyring.keysOf(this.#tenant, stream)
    // Something may have been sealed in the meantime under a key that was not stored yet.
    const keys: StreamKeys = this.#streams.get(stream) ?? { current: new Map(), all: new Map() }
    for (const { id, class: ofClass, key } of stored) {
      keys.all.set(id, key)
      if (key) keys.current.set(ofClass, { id, key })
      else if (keys.current.get(ofClass)?.id === id) keys.current.delete(ofClass)
    }
    this.#streams.delete(stream)
    this.#streams.set(stream, keys)
    if (keys.all.size > 0) this.#keyless.delete(stream)
    const [oldest] = this.#streams.keys()
    if (this.#streams.size > this.#mostStreams && oldest !== undefined) this.#forget(oldest)
  }

  seal(stream: string, n: number, ofClass: string, value: Json): { payload: SealedPayload; ref: PayloadRef } {
    const keys = this.#prepared(stream)
    const key = keys.current.get(ofClass) ?? this.#newKey(keys, stream, ofClass)
    const ciphertext = seal(key, this.#place({ stream, n, class: ofClass }), value, this.#nextNonce())
    return {
      payload: { stream, n, class: ofClass, ciphertext },
      ref: { n, class: ofClass, sha256: hash('sha256', ciphertext, 'hex') },
    }
  }

  open(payload: SealedPayload): Json {
    const id = keyIdIn(payload.ciphertext)
    const keys = this.#prepared(payload.stream)
    const key = keys.all.has(id) ? keys.all.get(id) : this.#adopt(keys, id, payload)
    if (key) return open(key, this.#place(payload), payload.ciphertext)
    throw new CharterError('payload_erased', `payload ${payload.n} of \`${payload.stream}\` was erased`, {
      hint: 'what was erased cannot be brought back; the event and the hash of the content remain',
    })
  }

  pseudonym(kind: string, value: string): string {
    return pseudonym(this.#tenantKeys.pseudonym, kind, value)
  }

  digest(value: Json): string {
    return keyedDigest(this.#tenantKeys.digest, canonicalJson(value))
  }

  async erase(stream: string, ofClass?: string, payloads: readonly SealedPayload[] = []): Promise<number> {
    await this.#writeOwners()
    this.#forget(stream)
    const ids = [...new Set(payloads.map(({ ciphertext }) => keyIdIn(ciphertext)))]
    for (const id of ids) this.#orphans.delete(id)
    return this.#keyring.erase(this.#tenant, stream, ofClass, ids)
  }

  async close(): Promise<void> {
    await this.#writeOwners()
    await this.#filling
    const unused = this.#unused.splice(0)
    this.#streams.clear()
    this.#keyless.clear()
    if (unused.length > 0) await this.#keyring.discard(unused.map(({ id }) => id))
  }

  #forget(stream: string): void {
    this.#streams.delete(stream)
    this.#keyless.delete(stream)
  }

  /** Each stream that was prepared can have its first key, however many are prepared at once. */
  get #wanted(): number {
    return fewKeys + this.#keyless.size
  }

  #prepared(stream: string): StreamKeys {
    const keys = this.#streams.get(stream)
    if (keys) return keys
    throw new CharterError('internal', `the keys of \`${stream}\` are not at hand`, {
      hint: 'call prepare(stream) first',
    })
  }

  /**
   * A stream that has no key yet gets one for each class that such streams have needed, so that they are written down
   * together; never from the last few, which others may need at this moment.
   */
  #newKey(keys: StreamKeys, stream: string, ofClass: string): DataKey {
    const isNew = keys.all.size === 0
    this.#keyless.delete(stream)
    const key = this.#takeKey(keys, stream, ofClass)
    const usual = this.#usualClasses(stream)
    for (const other of isNew ? usual : []) {
      if (other !== ofClass && this.#unused.length > this.#wanted) this.#takeKey(keys, stream, other)
    }
    usual.add(ofClass)
    return key
  }

  /** Of streams of the same kind, such as `run`. */
  #usualClasses(stream: string): Set<string> {
    const kind = stream.slice(0, stream.indexOf('/') + 1)
    const known = this.#usual.get(kind) ?? new Set()
    this.#usual.set(kind, known)
    return known
  }

  #takeKey(keys: StreamKeys, stream: string, ofClass: string): DataKey {
    const key = this.#unused.pop()
    if (!key)
      throw new CharterError('keyring_unavailable', 'no key is left at hand', { hint: 'prepare the stream again' })
    if (this.#unused.length < fewKeys) this.#fill().catch(() => {}) // the next prepare tries again, and throws
    keys.current.set(ofClass, key)
    keys.all.set(key.id, key.key)
    this.#own({ id: key.id, tenant: this.#tenant, stream, class: ofClass })
    return key
  }

  /** The key of a payload whose process ended before it wrote down whose the key was. */
  #adopt(keys: StreamKeys, id: string, { stream, class: ofClass }: SealedPayload): KeyObject {
    const key = this.#orphans.get(id)
    if (!key) {
      throw new CharterError(
        'keyring_unavailable',
        `the keyring has no key ${id}, which \`${stream}\` was sealed under`,
        {
          hint: 'use the keyring that belongs to this ledger',
        },
      )
    }
    keys.all.set(id, key)
    this.#own({ id, tenant: this.#tenant, stream, class: ofClass })
    return key
  }

  /** All that become owned in one go are written together, as soon as the code that seals lets go. */
  #own(owner: KeyOwner): void {
    this.#owners.push(owner)
    if (this.#owners.length === 1) queueMicrotask(() => this.#writeOwners().catch(() => {}))
  }

  async #writeOwners(): Promise<void> {
    const owners = this.#owners
    if (owners.length === 0) return
    this.#owners = []
    try {
      await this.#keyring.assign(owners)
    } catch (error) {
      this.#owners = [...owners, ...this.#owners]
      throw error
    }
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#keyring
      .reserve(this.#isFirstFill ? this.#wanted : keysAtOnce)
      .then((keys) => {
        this.#unused.push(...keys)
        this.#isFirstFill = false
      })
      .finally(() => {
        this.#filling = undefined
      })
    return this.#filling
  }

  #place({ stream, n, class: ofClass }: { stream: string; n: number; class: string }) {
    return { tenant: this.#tenant, stream, n, class: ofClass }
  }
}
