/**
 * SHA-256 of the whole database as RFC 8785 text. Canonical texts of the records are kept and only those that were
 * touched are made again, because a bench asks after each of thousands of runs.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { type Collection, collections } from './schema.ts'
import type { Tables } from './tables.ts'
import type { WriteLog } from './write-log.ts'

/** Looks at every record. */
export function hashOf(tables: Tables): string {
  return digest(readAll(tables))
}

export interface StateHash {
  /** Takes in what was logged since the last call. Told before a log is cleared, it need not read everything anew. */
  refresh(): void
  hex(): string
}

/** The same hash, asked for over and over: each time it looks only at the records that were logged since. */
export function createStateHash(tables: Tables, log: WriteLog): StateHash {
  let parts: Parts | undefined
  let seen = 0
  let known: string | undefined
  const refresh = () => {
    const last = log.last()
    if (parts && last === seen) return
    const touched = parts && log.since(seen)
    parts = parts && touched ? reread(parts, tables, touched) : readAll(tables)
    seen = last
    known = undefined
  }
  return {
    refresh,
    hex() {
      refresh()
      known ??= digest(parts ?? readAll(tables))
      return known
    },
  }
}

type Parts = Readonly<Record<Collection, Part>>

/** One collection: a canonical member text for each id, and the text of the whole until one of them changes. */
interface Part {
  readonly members: Map<string, string>
  text: string | undefined
}

function readAll(tables: Tables): Parts {
  const read = (name: Collection): Part => {
    const part: Part = { members: new Map(), text: undefined }
    for (const id of tables[name].ids()) readInto(part, id, tables[name].text(id))
    return part
  }
  return { orders: read('orders'), products: read('products'), users: read('users') }
}

function reread(parts: Parts, tables: Tables, touched: readonly { collection: Collection; id: string }[]): Parts {
  for (const { collection, id } of touched) readInto(parts[collection], id, tables[collection].text(id))
  return parts
}

function readInto(part: Part, id: string, record: string | undefined): void {
  part.text = undefined
  if (record === undefined) part.members.delete(id)
  else part.members.set(id, `${JSON.stringify(id)}:${canonicalJson(JSON.parse(record))}`)
}

function textOf(part: Part): string {
  part.text ??= `{${[...part.members.keys()]
    .sort()
    .map((id) => part.members.get(id))
    .join(',')}}`
  return part.text
}

function digest(parts: Parts): string {
  const text = `{${collections.map((name) => `"${name}":${textOf(parts[name])}`).join(',')}}`
  return createHash('sha256').update(text).digest('hex')
}
