/** Everything that can be said, in the order in which help lists it. */
import { check } from './commands/check.ts'
import { completion } from './commands/completion.ts'
import { diff } from './commands/diff.ts'
import { print } from './commands/print.ts'
import { schema } from './commands/schema.ts'
import { show } from './commands/show.ts'
import type { Verb } from './verb.ts'

export const nouns: Readonly<Record<string, string>> = {}

export const verbs: readonly Verb[] = [check, show, print, diff, schema, completion(() => verbs, nouns)]
