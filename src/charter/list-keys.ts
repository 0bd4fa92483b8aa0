/** All keys of the page in one list, for `check`, reference pages, and tests that no key is forgotten. */
import type { Json } from '../json.ts'
import { pageKey } from './keys.ts'
import type { Key } from './kind.ts'

export interface ListedKey {
  /** Dotted, with `*` for a name that the page chooses: `tools.*.max_amount_*`. */
  readonly path: string
  readonly about: string
  readonly says: string
  /** False where it, or the mapping it stands in, is held by nothing yet; else the values that are held, if not all. */
  readonly enforced: boolean | readonly unknown[]
  readonly aliases: readonly string[]
  readonly fallsBackTo?: Json
  readonly key: Key<unknown>
}

export function listKeys(): ListedKey[] {
  return below('', pageKey, true)
}

function below(path: string, parent: Key<unknown>, held: boolean): ListedKey[] {
  return Object.entries(parent.kind.keys ?? {}).flatMap(([name, key]) => {
    const here = path === '' ? name : `${path}.${name}`
    const enforced = held && key.enforced
    const listed = {
      path: here,
      about: key.about,
      says: key.kind.says,
      enforced,
      aliases: key.aliases,
      ...(key.fallsBackTo !== undefined && { fallsBackTo: key.fallsBackTo }),
      key,
    }
    return [listed, ...below(here, key, enforced !== false)]
  })
}
