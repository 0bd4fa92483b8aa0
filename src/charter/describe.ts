import type { JsonObject } from '../json.ts'
import { fileHash } from './composite-kinds.ts'
import { pageKey } from './keys.ts'
import type { Page } from './page.ts'
import { writtenOf } from './written.ts'

/**
 * The page for a machine: its hash, every key with the value that is in force as a page would say it, the hashes of the
 * files it names, and what nothing enforces yet. `page` reads back as the same page.
 */
export function describePage(page: Page): JsonObject {
  const written = writtenOf(page)
  const files = [...(page.prompt ? [page.prompt] : []), ...page.policies]
  return {
    hash: page.hash,
    foreign: page.foreign,
    page: pageKey.kind.write(written),
    variables: (page.prompt?.variables ?? []).map(({ name, type }) => ({ name, type })),
    files: files.map(fileHash),
    not_enforced: [
      ...page.notEnforced.map(({ key }) => key),
      ...Object.entries(page.tools).flatMap(([name, { notEnforced }]) =>
        notEnforced.map((key) => `tools.${name}.${key}`),
      ),
    ],
  }
}
