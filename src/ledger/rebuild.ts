/**
 * Makes every projection again from the events alone, beside the one in use, and compares row for row. It looks at a
 * page of rows at a time, together with the events that those rows already show, so it can run beside engines that go
 * on writing, and holds nobody up for longer than a page: after each, whatever waits in this process has its turn.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LedgerEvent } from './event.ts'
import { derivedTables } from './migrations/projection-tables.ts'
import type { Projection, Row } from './projection.ts'
import type { Mending, ProjectionRows } from './projection-rows.ts'
import { Shadow } from './shadow.ts'
import { keyOf } from './statements/rows.ts'

export interface RebuildOptions {
  /** Puts every row that differs right; the differences are reported all the same. */
  readonly repair?: boolean
  /** Differing rows that are shown for each table; 10 unless said otherwise. All are counted. */
  readonly shown?: number
  /** Rows and events in a page. */
  readonly pageSize?: number
}

export interface RebuiltTable {
  readonly table: string
  readonly rows: number
  readonly same: boolean
  /** How many rows differ, of which the first are shown. */
  readonly differing: number
  readonly differences: readonly Difference[]
}

export interface Difference {
  readonly key: Row
  /** The row in use, and the row that the events give; null where there is none. */
  readonly found: Row | null
  readonly expected: Row | null
}

/** One report for each table that a projection fills, sorted by name, and for what is derived from them. */
export async function rebuildProjections(
  ledger: { readonly rows: ProjectionRows },
  projections: readonly Projection[],
  options: RebuildOptions = {},
): Promise<RebuiltTable[]> {
  const shadow = new Shadow(projections)
  try {
    const tables = tablesOf(projections)
    const { pageSize = 500 } = options
    await catchUp(ledger.rows, shadow, pageSize)
    const reports: RebuiltTable[] = []
    for (const table of tables) reports.push(await compareTable(ledger.rows, shadow, table, { ...options, pageSize }))
    return reports
  } finally {
    shadow.close()
  }
}

/** Derived tables come last: putting a row right moves its sums, so they are looked at when all rows are. */
function tablesOf(projections: readonly Projection[]): string[] {
  const tables = projections.flatMap((projection) => projection.tables).sort()
  const derived = Object.entries(derivedTables).flatMap(([name, { from }]) => (tables.includes(from) ? [name] : []))
  return [...tables, ...derived]
}

async function catchUp(rows: ProjectionRows, shadow: Shadow, pageSize: number): Promise<void> {
  let page: readonly LedgerEvent[]
  do {
    page = await rows.events(shadow.through, pageSize)
    const last = page.at(-1)
    if (last) shadow.apply(page, last.position + 1)
    await nextTurn()
  } while (page.length === pageSize)
}

async function compareTable(
  live: ProjectionRows,
  shadow: Shadow,
  table: string,
  { repair = false, shown = 10, pageSize }: RebuildOptions & { pageSize: number },
): Promise<RebuiltTable> {
  let beyond: Row | undefined
  let rows = 0
  let differing = 0
  const differences: Difference[] = []
  do {
    const seen = await live.look({ after: shadow.through, table, beyond, most: pageSize })
    shadow.apply(seen.events, seen.settled)
    const upTo = seen.rows.length === pageSize ? lastKey(table, seen.rows) : undefined
    const found = compare(table, seen.rows, shadow.rows(table, beyond, upTo))
    if (repair && found.length > 0) await mend(live, shadow, table, found)
    differences.push(...found.slice(0, shown - differences.length))
    differing += found.length
    rows += seen.rows.length
    beyond = upTo
    await nextTurn()
  } while (beyond)
  return { table, rows, same: differing === 0, differing, differences }
}

function lastKey(table: string, rows: readonly Row[]): Row | undefined {
  const last = rows.at(-1)
  return last && keyOf(table, last)
}

/** Both are of one stretch of keys, so a row that only one of them has is missing from the other. */
function compare(table: string, found: readonly Row[], expected: readonly Row[]): Difference[] {
  const wanted = new Map(expected.map((row) => [JSON.stringify(keyOf(table, row)), row]))
  const differences: Difference[] = []
  for (const row of found) {
    const key = keyOf(table, row)
    const text = JSON.stringify(key)
    const should = wanted.get(text) ?? null
    wanted.delete(text)
    if (!isSame(row, should)) differences.push({ key, found: row, expected: should })
  }
  for (const row of wanted.values()) differences.push({ key: keyOf(table, row), found: null, expected: row })
  return differences
}

const isSame = (row: Row, other: Row | null) =>
  other !== null && Object.keys(row).every((column) => row[column] === other[column])

/** By the events of that moment, not by what was expected a moment ago. */
function mend(live: ProjectionRows, shadow: Shadow, table: string, differences: readonly Difference[]): Promise<void> {
  return live.mend(shadow.through, (events) => {
    shadow.apply(events, shadow.through + 1)
    return differences.map(({ key }): Mending => {
      const row = shadow.row(table, key)
      return row ? { mend: 'put', table, row } : { mend: 'remove', table, key }
    })
  })
}
