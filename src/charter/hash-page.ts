import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'
import type { Page } from './page.ts'
import { writtenOf } from './written.ts'

/**
 * `sha256:…` over what is in force under the page: each key with its value, defaults included, and the texts of the
 * prompt and the policies. Comments, order of keys and ways of writing a value do not count.
 */
export function hashPage(page: Omit<Page, 'hash'>): string {
  const content: Json = JSON.parse(JSON.stringify(writtenOf(page)))
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`
}
