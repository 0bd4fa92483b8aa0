/**
 * The keyring of an embedded ledger: a SQLite file of its own, readable by its owner alone, which several processes
 * may have open. An erased key is overwritten where it stands and the log that still holds it is cut off: rows of
 * keys have one size and never move, so no copy of one is left in the free space of a page.
 */
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CharterError } from '../errors.ts'
import type { Randomness } from '../ids.ts'
import { keyIdOf } from '../ledger/checkpoint.ts'
import type { AssignedKey, DataKey, KeyOwner, Keyring, SigningKey, TenantKeys } from './keyring.ts'

export interface FileKeyringOptions {
  readonly file: string
  readonly random: Randomness
  /** How long a busy file is waited for, milliseconds. */
  readonly waitMs?: number
  /** Opens the file; a simulation hands in its own. */
  readonly connect?: ConnectKeyring
}

/** The part of `DatabaseSync` that is used here. */
export type KeyringDatabase = Pick<DatabaseSync, 'exec' | 'prepare' | 'close' | 'isTransaction' | 'isOpen'>
export type ConnectKeyring = (file: string, waitMs: number) => KeyringDatabase

const connectFile: ConnectKeyring = (file, timeout) => new DatabaseSync(file, { timeout })

const schema = `
  create table if not exists data_keys (id integer primary key autoincrement, key blob not null) strict;
  create table if not exists spares (id integer primary key) strict;
  create table if not exists owners (
    id integer primary key, tenant text not null, stream text not null, class text not null
  ) strict;
  create index if not exists owners_by_stream on owners (tenant, stream);
  create table if not exists tenant_keys (
    tenant text not null, purpose text not null, key blob not null, primary key (tenant, purpose)
  ) strict, without rowid;
  create table if not exists signing_keys (id integer primary key, private_key blob not null) strict;`

const erasedKey = new Uint8Array(32)

/** Opens the file, or makes it; `:memory:` is one that ends with the process, for tests. Throws `keyring_unavailable` where it can be neither read nor made. */
export function openFileKeyring({ file, random, waitMs = 5000, connect = connectFile }: FileKeyringOptions): Keyring {
  return orUnavailable(file, () => {
    if (file !== ':memory:') makePrivate(file)
    const db = connect(file, waitMs)
    db.exec('pragma journal_mode=wal; pragma secure_delete=on; pragma synchronous=full')
    db.exec(`begin immediate; ${schema} commit`)
    return new FileKeyring(db, file, random)
  })
}

/** Made by us before SQLite would make it, readable for whoever the umask lets in. */
function makePrivate(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

class FileKeyring implements Keyring {
  readonly #db: KeyringDatabase
  readonly #file: string
  readonly #random: Randomness
  readonly #say: Statements

  constructor(db: KeyringDatabase, file: string, random: Randomness) {
    this.#db = db
    this.#file = file
    this.#random = random
    this.#say = prepare(db)
  }

  async tenantKeys(tenant: string): Promise<TenantKeys> {
    return this.#synced(() => ({
      pseudonym: this.#tenantKey(tenant, 'pseudonym'),
      digest: this.#tenantKey(tenant, 'digest'),
    }))
  }

  async signingKey(): Promise<SigningKey> {
    const der = this.#synced(() => {
      if (!this.#say.signingKey.get()) {
        const made = generateKeyPairSync('ed25519').privateKey
        this.#say.insertSigningKey.run(made.export({ type: 'pkcs8', format: 'der' }))
      }
      return bytesOf(this.#say.signingKey.get(), 'private_key')
    })
    const privateKey = createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' })
    const publicKey = createPublicKey(privateKey)
    return { keyId: keyIdOf(publicKey), publicKey, sign: async (bytes) => sign(null, bytes, privateKey) }
  }

  async reserve(count: number): Promise<readonly DataKey[]> {
    return this.#synced(() =>
      Array.from({ length: count }, () => {
        const bytes = this.#random.bytes(32)
        const { lastInsertRowid } = this.#say.insertKey.run(bytes)
        this.#say.insertSpare.run(lastInsertRowid)
        return { id: String(lastInsertRowid), key: createSecretKey(bytes) }
      }),
    )
  }

  async assign(owners: readonly KeyOwner[]): Promise<void> {
    this.#written(() => {
      for (const { id, tenant, stream, class: ofClass } of owners) {
        this.#say.insertOwner.run(Number(id), tenant, stream, ofClass)
        this.#say.deleteSpare.run(Number(id))
      }
    })
  }

  async keysOf(tenant: string, stream: string): Promise<readonly AssignedKey[]> {
    return orUnavailable(this.#file, () =>
      this.#say.keysOf.all(tenant, stream).map((row) => {
        const bytes = bytesOf(row, 'key')
        const key = isErased(bytes) ? undefined : createSecretKey(bytes)
        return { id: String(row.id), class: String(row.class), key }
      }),
    )
  }

  async spares(): Promise<readonly DataKey[]> {
    return orUnavailable(this.#file, () =>
      this.#say.spares.all().map((row) => ({ id: String(row.id), key: createSecretKey(bytesOf(row, 'key')) })),
    )
  }

  async discard(ids: readonly string[]): Promise<void> {
    this.#written(() => {
      for (const id of ids) if (this.#say.deleteSpare.run(Number(id)).changes > 0) this.#say.deleteKey.run(Number(id))
    })
  }

  async erase(tenant: string, stream: string, ofClass?: string, ids: readonly string[] = []): Promise<number> {
    const erased = this.#synced(() => {
      for (const id of ids) {
        this.#say.insertOwner.run(Number(id), tenant, stream, ofClass ?? '')
        this.#say.deleteSpare.run(Number(id))
      }
      const owned = this.#say.ownedKeys.all(tenant, stream, ofClass ?? null, ofClass ?? null)
      return owned.filter(({ id }) => this.#say.overwriteKey.run(erasedKey, Number(id), erasedKey).changes > 0).length
    })
    this.#cutLog()
    return erased
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close()
  }

  #tenantKey(tenant: string, purpose: string): KeyObject {
    this.#say.insertTenantKey.run(tenant, purpose, this.#random.bytes(32))
    return createSecretKey(bytesOf(this.#say.tenantKey.get(tenant, purpose), 'key'))
  }

  /** The log holds what the pages held before: without this an erased key could be read there. */
  #cutLog(): void {
    const outcome = orUnavailable(this.#file, () => this.#say.truncateLog.get())
    if (outcome?.busy === 0) return
    throw new CharterError('keyring_unavailable', 'the keys are erased, but the log that still holds them is in use', {
      hint: `close what reads \`${this.#file}\` and erase again`,
    })
  }

  /** A transaction that is on the disk when it returns. */
  #synced<Answer>(work: () => Answer): Answer {
    return this.#transact('full', work)
  }

  /** One that outlives the process, and goes to the disk with the next synced one. */
  #written<Answer>(work: () => Answer): Answer {
    return this.#transact('normal', work)
  }

  #transact<Answer>(level: 'full' | 'normal', work: () => Answer): Answer {
    return orUnavailable(this.#file, () => {
      this.#db.exec(`pragma synchronous=${level}; begin immediate`)
      try {
        const answer = work()
        this.#db.exec('commit')
        return answer
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('rollback')
        throw error
      }
    })
  }
}

type Statements = ReturnType<typeof prepare>

function prepare(db: KeyringDatabase) {
  return {
    insertKey: db.prepare('insert into data_keys (key) values (?)'),
    deleteKey: db.prepare('delete from data_keys where id = ?'),
    overwriteKey: db.prepare('update data_keys set key = ? where id = ? and key <> ?'),
    insertSpare: db.prepare('insert into spares (id) values (?)'),
    deleteSpare: db.prepare('delete from spares where id = ?'),
    spares: db.prepare('select id, key from spares join data_keys using (id)'),
    insertOwner: db.prepare(
      'insert into owners (id, tenant, stream, class) values (?, ?, ?, ?) on conflict do nothing',
    ),
    ownedKeys: db.prepare('select id from owners where tenant = ? and stream = ? and (? is null or class = ?)'),
    keysOf: db.prepare(
      'select id, class, key from owners join data_keys using (id) where tenant = ? and stream = ? order by id',
    ),
    insertTenantKey: db.prepare(
      'insert into tenant_keys (tenant, purpose, key) values (?, ?, ?) on conflict do nothing',
    ),
    tenantKey: db.prepare('select key from tenant_keys where tenant = ? and purpose = ?'),
    insertSigningKey: db.prepare('insert into signing_keys (id, private_key) values (1, ?)'),
    signingKey: db.prepare('select private_key from signing_keys where id = 1'),
    truncateLog: db.prepare('pragma wal_checkpoint(truncate)'),
  } satisfies Record<string, StatementSync>
}

function bytesOf(row: Record<string, unknown> | undefined, column: string): Uint8Array {
  const value = row?.[column]
  if (value instanceof Uint8Array) return value
  throw new CharterError('keyring_unavailable', 'the keyring lacks a key that it must have')
}

const isErased = (key: Uint8Array) => key.every((byte) => byte === 0)

function orUnavailable<Answer>(file: string, work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    if (error instanceof CharterError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new CharterError('keyring_unavailable', `the keyring \`${file}\` cannot be used: ${why}`, {
      hint: 'see that its disk has room, and that this user may read and write the file and its folder',
      cause: error,
    })
  }
}
