/** The line of the bench, and what of it is not as it must be. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Database, Options } from './options.ts'
import type { Figures } from './try-database.ts'

export type ByDatabase = Partial<Record<Database, { readonly figures: Figures; readonly rebuilt: Rebuilt }>>

const zeros = [
  'found_after',
  'opened_after',
  'key_bytes_after',
  'decrypted_with_backup_kek',
  'said_otherwise',
] as const satisfies readonly (keyof Figures)[]

/** So many secrets of each kind at least; a short run has fewer. */
const least = 50

export function reportOf(tried: ByDatabase, { short }: Options): BenchReport {
  const entries = Object.entries(tried)
  const failures = entries.flatMap(([database, { figures }]) =>
    wrong(figures, short).map((said) => `${database}: ${said}`),
  )
  const same = entries.every(([, { rebuilt }]) => rebuilt.same)
  const findsEdit = entries.every(([, { rebuilt }]) => rebuilt.findsEdit)
  if (!same) failures.push('a projection is not what the events say')
  if (!findsEdit) failures.push('a planted edit was not found')
  const byDb = Object.fromEntries(entries.map(([database, { figures }]) => [database, { ...figures }]))
  return { line: { by_db: byDb, short, rebuilt_same: same, rebuild_finds_edit: findsEdit }, failures }
}

function wrong(figures: Figures, short: boolean): readonly string[] {
  const { secrets, found_before: found, opened_before: opened, kept, kept_readable: readable } = figures
  const { keys_erased: keys, key_bytes_before: keyBytes, decrypted_with_backup_keyring: withKeyring } = figures
  return [
    ...zeros.filter((name) => figures[name] !== 0).map((name) => `${name} is ${figures[name]}`),
    ...(found < secrets || opened < secrets
      ? [`of ${secrets} secrets ${found} were found before, ${opened} opened`]
      : []),
    ...(readable < kept ? [`of ${kept} secrets to keep ${readable} are readable`] : []),
    ...(keyBytes < keys || withKeyring < secrets ? ['the search itself finds less than is there'] : []),
    ...(figures.verifies ? [] : ['the ledger does not verify']),
    ...(figures.ended === 0 ? ['no open run was ended'] : []),
    ...(!short && (secrets < least || kept < least) ? [`${secrets} secrets and ${kept} to keep are too few`] : []),
  ]
}
