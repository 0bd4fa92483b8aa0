/** One database: secrets are planted, looked for, erased, and looked for again in everything that there is. */
import path from 'node:path'
import { ledgerVerifies } from '../depot/ledger-verifies.ts'
import { type Rebuilt, rebuildLedgers } from '../rebuild-ledger.ts'
import { eraseAll, filesOf } from './erase.ts'
import { piecesOf } from './forms.ts'
import type { Database } from './options.ts'
import { type PlayedHouse, playHouse } from './played-house.ts'
import { dataKeys, type KeyRow, longLivedKeys, opened, payloadRows } from './reader.ts'
import { Search } from './search.ts'
import type { Secret } from './secrets.ts'
import { showAll, textOf } from './shown.ts'

export interface Figures {
  readonly runs: number
  readonly secrets: number
  readonly found_before: number
  readonly opened_before: number
  readonly found_after: number
  readonly opened_after: number
  readonly keys_erased: number
  readonly key_bytes_before: number
  readonly key_bytes_after: number
  readonly decrypted_with_backup_kek: number
  readonly decrypted_with_backup_keyring: number
  readonly kept: number
  readonly kept_readable: number
  readonly ended: number
  readonly said_otherwise: number
  readonly bytes_searched: number
  readonly verifies: boolean
}

export async function tryDatabase(
  database: Database,
  { seed, runs, progress }: { seed: number; runs: number; progress(text: string): void },
): Promise<{ figures: Figures; rebuilt: Rebuilt }> {
  await using played = await playHouse(database, seed, runs)
  const { place, keyring } = played
  const { gone, kept } = divided(played)
  const all = [...played.erased, ...played.aged, ...played.kept]
  progress(`${database}: ${all.length} runs, ${gone.length} secrets to erase, ${kept.length} to keep`)
  const search = new Search(piecesOf(gone.map(({ text }) => Buffer.from(text))))
  const before = path.join(place.folder, 'before')
  const after = path.join(place.folder, 'after')

  await showAll(place, keyring, all, before)
  const foundBefore = search.inFiles([...(await filesOf(place)), before])
  const backup = { rows: await payloadRows(place.ledger), keys: dataKeys(keyring), kek: longLivedKeys(keyring) }
  const openedBefore = countIn(opened(backup.rows, backup.keys), gone)

  const erasures = eraseAll(played, path.join(place.folder, 'erasure.log'))
  progress(`${database}: ${erasures.payloads} payloads erased, ${erasures.ended} open runs ended`)
  await showAll(place, keyring, all, after)
  const files = [...(await filesOf(place)), after, path.join(place.folder, 'erasure.log')]
  const foundAfter = search.inFiles(files)
  for (const file of foundAfter.files) progress(`${database}: a secret stands in ${file}`)
  const left = dataKeys(keyring)
  const erased = backup.keys.filter(({ id }) => !left.some((key) => key.id === id))
  const keySearch = new Search(piecesOf(erased.map(({ bytes }) => bytes)))
  const shown = textOf(after)
  const others = [...longLivedKeys(keyring), ...backup.kek]
  const figures: Figures = {
    runs: all.length,
    secrets: gone.length,
    found_before: foundBefore.found.size,
    opened_before: openedBefore,
    found_after: foundAfter.found.size,
    opened_after: countIn(opened([...backup.rows, ...(await payloadRows(place.ledger))], left), gone),
    keys_erased: erased.length,
    key_bytes_before: keysIn(backup.keys, erased, keySearch),
    key_bytes_after: keySearch.inFiles(files).found.size,
    decrypted_with_backup_kek: countIn(opened(ofKeys(backup.rows, erased), left, others), gone),
    decrypted_with_backup_keyring: countIn(opened(backup.rows, backup.keys), gone),
    kept: kept.length,
    kept_readable: kept.filter(({ text }) => shown.includes(text)).length,
    ended: erasures.ended,
    said_otherwise: erasures.said_otherwise,
    bytes_searched: foundAfter.bytes,
    verifies: ledgerVerifies(place),
  }
  const rebuilt = await rebuildLedgers([place])
  return { figures, rebuilt }
}

/** What will be erased, and what must still be there afterwards. */
function divided({ secrets, erased, aged, kept }: PlayedHouse) {
  const said = ['input', 'prompt']
  return {
    gone: [...secrets.of(erased), ...secrets.of(aged, said)],
    kept: [...secrets.of(aged, ['arguments', 'result', 'approval']), ...secrets.of(kept)],
  }
}

const countIn = (texts: readonly string[], secrets: readonly Secret[]): number => {
  const all = texts.join('\n')
  return secrets.filter(({ text }) => all.includes(text)).length
}

/** That the search for keys finds them where they are. */
function keysIn(backup: readonly KeyRow[], erased: readonly KeyRow[], search: Search): number {
  const ids = new Set(erased.map(({ id }) => id))
  return search.in(Buffer.concat(backup.filter(({ id }) => ids.has(id)).map(({ bytes }) => bytes))).size
}

const ofKeys = (rows: Awaited<ReturnType<typeof payloadRows>>, keys: readonly KeyRow[]) => {
  const ids = new Set(keys.map(({ id }) => id))
  return rows.filter(({ ciphertext }) => ids.has(keyIdOf(ciphertext)))
}

const keyIdOf = (ciphertext: Uint8Array): string =>
  Buffer.from(ciphertext.subarray(2, 2 + (ciphertext[1] ?? 0))).toString('ascii')
