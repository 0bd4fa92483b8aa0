/**
 * All reads of a transaction in one statement, each a scalar that gives JSON: a sum beside a lock, or spread over two
 * statements, would see facts of different moments.
 */
import type { Row } from '../projection.ts'
import type { Answers, Found, Read } from '../reads.ts'
import { readStatement } from '../statements/read-statement.ts'
import type { Parameter, ReadStatement } from '../statements/statement.ts'
import { type Prepared, statementName } from './postgres-connection.ts'

type AnyRead = ReadStatement<Answers[Read['read']]>

export interface ReadPlan {
  readonly names: readonly string[]
  readonly statements: readonly AnyRead[]
}

/** What the ledger itself asks beside the reads: SQL that gives one value, and the values it names. */
export interface Extra {
  readonly name: string
  readonly sql: string
  readonly params?: Readonly<Record<string, Parameter | readonly (string | number)[]>>
}

/** What must hold of the columns, or the statement fails. */
export type Guard = Omit<Extra, 'name'>

export function planReads(reads: Readonly<Record<string, Read>>): ReadPlan {
  return { names: Object.keys(reads), statements: Object.values(reads).map(readStatement) }
}

/** The statement; its columns are `now`, the extras by name, and `r0`, `r1` … for the reads. */
export function combine(plan: ReadPlan, tenant: string, extras: readonly Extra[] = [], guard?: Guard): Prepared {
  const numbered = new Numbering(tenant)
  const columns = [
    '(SELECT ms FROM clock) AS now',
    ...extras.map(({ name, sql, params = {} }) => `(${numbered.add(sql, params)}) AS "${name}"`),
    ...plan.statements.map(({ sql, params }, i) => `${asJson(numbered.add(sql, params))} AS r${i}`),
  ]
  const seen = `SELECT ${columns.join(',\n')}`
  const text = `WITH clock AS MATERIALIZED (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms)
    ${guard === undefined ? seen : guarded(seen, numbered.add(guard.sql, guard.params ?? {}))}`
  return { name: statementName(text), text, values: numbered.values }
}

/** Fails, and with it the transaction, where the condition on its columns does not hold. */
const guarded = (seen: string, condition: string) =>
  `, seen AS MATERIALIZED (${seen}) SELECT *, 1 / (CASE WHEN ${condition} THEN 1 ELSE 0 END) AS holds FROM seen`

export const asJson = (sql: string) => `CAST((SELECT coalesce(json_agg(found), '[]') FROM (${sql}) AS found) AS TEXT)`

/** The answers, under the names of the reads. */
export function foundIn<Reads extends Readonly<Record<string, Read>>>(
  plan: ReadPlan,
  columns: Readonly<Record<string, unknown>>,
): Found<Reads> {
  const found = plan.statements.map((statement, i) => [plan.names[i], statement.answer(rowsIn(columns, `r${i}`))])
  return Object.fromEntries(found) as Found<Reads>
}

export function rowsIn(columns: Readonly<Record<string, unknown>>, name: string): Row[] {
  const rows: unknown = JSON.parse(String(columns[name] ?? '[]'))
  return Array.isArray(rows) ? rows : []
}

/** The answers as the server wrote them, to be held against what it finds another time. */
export const textsIn = (plan: ReadPlan, columns: Readonly<Record<string, unknown>>): string[] =>
  plan.statements.map((_, i) => String(columns[`r${i}`]))

/** Gives the parameters of many statements their numbers in one; the tenant is always the first. */
class Numbering {
  readonly values: unknown[]

  constructor(tenant: string) {
    this.values = [tenant]
  }

  add(sql: string, params: Extra['params'] & object): string {
    const mine = new Map<string, number>()
    return sql.replaceAll(/(?<!:):([a-z_0-9]+)/g, (_, name: string) => {
      if (name === 'tenant') return '$1'
      if (name === 'now') return '(SELECT ms FROM clock)'
      const number = mine.get(name) ?? this.values.push(params[name])
      mine.set(name, number)
      return `$${number}`
    })
  }
}
