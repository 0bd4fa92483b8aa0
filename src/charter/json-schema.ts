/** The page as JSON Schema, for editors and other programs, from the table of keys. Committed under `schema/`. */
import type { JsonObject } from '../json.ts'
import { pageKey } from './keys.ts'

export const drafts = {
  '2020-12': { file: 'charter.schema.json', $schema: 'https://json-schema.org/draft/2020-12/schema' },
  'draft-07': { file: 'charter.draft-07.schema.json', $schema: 'http://json-schema.org/draft-07/schema#' },
} as const

export type Draft = keyof typeof drafts

/** Only words that both drafts understand alike, so that they differ in nothing but their name. */
export function charterJsonSchema(draft: Draft): JsonObject {
  return {
    $schema: drafts[draft].$schema,
    $id: `urn:charter:page:1:${draft}`,
    title: 'Charter',
    description: pageKey.about,
    ...pageKey.kind.schema,
  }
}

/** As it is committed. */
export const charterJsonSchemaText = (draft: Draft): string => `${JSON.stringify(charterJsonSchema(draft), null, 2)}\n`
