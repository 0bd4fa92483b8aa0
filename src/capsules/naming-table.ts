/**
 * A ledger names guessable values by keyed digests, and the keys stay with its owner. A capsule carries the names that
 * its own replay asks for, found by a salted hash of the value: of nothing that its reader could not see anyway.
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'
import type { Naming } from '../replays/recording.ts'

export interface NamingTable {
  /** Hex. */
  readonly salt: string
  /** Salted hash of what was named to its name. */
  readonly names: { readonly [value: string]: string }
}

export interface NamingNotes {
  readonly naming: Naming
  table(): NamingTable
}

/** Names as `own` does, and writes down each name that was asked for. */
export function notingNames(own: Naming, salt: string): NamingNotes {
  const names = new Map<string, string>()
  const note = (of: Json, name: string) => {
    names.set(placeOf(salt, of), name)
    return name
  }
  return {
    naming: {
      digest: (value) => note(['digest', value], own.digest(value)),
      pseudonym: (kind, value) => note(['pseudonym', kind, value], own.pseudonym(kind, value)),
    },
    table: () => ({ salt, names: Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  }
}

const unnamed = 'not-in-capsule:'

/** Whether something is the name of what a table does not have. */
export const isUnnamed = (value: Json | undefined): boolean => typeof value === 'string' && value.startsWith(unnamed)

/** What is not in the table gets a name that no event has. */
export function namingOf({ salt, names }: NamingTable): Naming {
  const known = new Map(Object.entries(names))
  const nameOf = (of: Json) => known.get(placeOf(salt, of)) ?? `${unnamed}${placeOf(salt, of)}`
  return {
    digest: (value) => nameOf(['digest', value]),
    pseudonym: (kind, value) => nameOf(['pseudonym', kind, value]),
  }
}

const placeOf = (salt: string, of: Json): string => hash('sha256', canonicalJson([salt, of]), 'hex')
