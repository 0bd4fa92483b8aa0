import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, EffectRow, EffectStanding, Read } from '../reads.ts'
import { ofEnvironment } from './of-environment.ts'
import { integer, integerOrNull, text, textOrNull } from './row-values.ts'
import { first, type ReadStatement } from './statement.ts'

const select = `SELECT ${columnsOf('effects')} FROM effects WHERE tenant = :tenant`

export const effect = (read: Extract<Read, { read: 'effect' }>): ReadStatement<Answers['effect']> => ({
  sql: `${select} AND effect = :effect`,
  params: { effect: read.effect },
  answer: first(effectRow),
})

export const effects = (read: Extract<Read, { read: 'effects' }>): ReadStatement<Answers['effects']> => {
  const { status, environment, before, most } = read
  return {
    sql: `${select} ${status === undefined ? '' : `AND ${conditions[status]}`}
      ${before === undefined ? '' : 'AND effect < :before'} ${environment === undefined ? '' : ofEnvironment('effects')}
      ORDER BY effect DESC LIMIT :most`,
    params: { most, ...(before !== undefined && { before }), ...(environment !== undefined && { environment }) },
    answer: (rows) => rows.map(effectRow),
  }
}

const open = `status IN ('dispatched', 'unknown')`

/** Spelled as the partial indexes spell them. Nearly every effect is committed, and is found by walking them all. */
const conditions: Readonly<Record<EffectStanding, string>> = {
  open,
  dispatched: `${open} AND status = 'dispatched'`,
  unknown: `${open} AND status = 'unknown'`,
  committed: `status = 'committed'`,
  not_committed: `status = 'not_committed'`,
}

export const openEffects = ({
  subject,
}: Extract<Read, { read: 'open_effects' }>): ReadStatement<Answers['open_effects']> => ({
  sql: `${select} AND subject = :subject AND ${open} ORDER BY effect`,
  params: { subject },
  answer: (rows) => rows.map(effectRow),
})

export const businessKey = (read: Extract<Read, { read: 'business_key' }>): ReadStatement<Answers['business_key']> => ({
  sql: `${select} AND business_key = :key AND dispatched_at > :now - :within
    AND status IN ('dispatched', 'committed', 'unknown') ORDER BY dispatched_at DESC, effect DESC LIMIT 1`,
  params: { key: read.key, within: read.withinMs },
  answer: first(effectRow),
})

function effectRow(row: Row): EffectRow {
  return {
    effect: text(row, 'effect'),
    run: text(row, 'run'),
    action: text(row, 'action'),
    agent: text(row, 'agent'),
    tool: text(row, 'tool'),
    risk: text(row, 'risk'),
    subject: textOrNull(row, 'subject'),
    business_key: textOrNull(row, 'business_key'),
    status: text(row, 'status'),
    attempt: integer(row, 'attempt'),
    key: text(row, 'key'),
    dispatched_at: integer(row, 'dispatched_at'),
    deadline: integer(row, 'deadline'),
    settles_by: integer(row, 'settles_by'),
    settled_at: integerOrNull(row, 'settled_at'),
    look_at: integerOrNull(row, 'look_at'),
  }
}
