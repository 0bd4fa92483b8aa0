/** The erasures of this bench, by the commands that people use; what a dry run and a hold say is held against the deed. */
import path from 'node:path'
import pg from 'pg'
import { charter, type Place } from './command.ts'
import type { PlayedHouse } from './played-house.ts'

const me = ['--as', 'dana@acme.example'] as const

export interface Erasures {
  readonly payloads: number
  readonly keys: number
  /** Runs that were open until then. */
  readonly ended: number
  /** A dry run promised other numbers than came of it, or a hold did not hold. */
  readonly said_otherwise: number
}

export function eraseAll({ place, erased, between }: PlayedHouse, log: string): Erasures {
  const run = (...args: readonly string[]) =>
    JSON.parse(charter(place, [...args, ...me, '--json'], { log, exits: [0, 6] }))
  const { hold } = run('hold', 'place', `run:${erased[0]}`, '--reason', 'bench')
  const held = run('retention', 'erase', 'customer:c_1', '--yes')
  run('hold', 'lift', hold, '--yes')
  const planned = run('retention', 'erase', 'customer:c_1', '--dry-run').runs.length
  const subject = run('retention', 'erase', 'customer:c_1', '--yes')
  const wrong = [held.held.length === 1, planned === erased.length, subject.runs === erased.length]
  const before = ['--before', new Date(between).toISOString()]
  const swept = ['input', 'prompt'].map((name) => {
    const wanted = ['retention', 'run', '--class', name, ...before]
    const told = run(...wanted, '--dry-run')
    const done = run(...wanted, '--yes')
    wrong.push(JSON.stringify(told.classes) === JSON.stringify(done.classes))
    return done
  })
  wrong.push(...[subject, ...swept].map(({ scrubbed }) => scrubbed))
  const counts = (report: { classes: Record<string, number> }) =>
    Object.values(report.classes).reduce((a, b) => a + b, 0)
  return {
    payloads: held.payloads + subject.payloads + swept.reduce((sum, each) => sum + counts(each), 0),
    keys: held.keys + subject.keys + swept.reduce((sum, { keys }) => sum + keys, 0),
    ended: held.ended.length + subject.ended.length,
    said_otherwise: wrong.filter((isRight) => !isRight).length,
  }
}

/** Where the database keeps its files. */
export async function filesOf(place: Place): Promise<readonly string[]> {
  const own = path.join(place.folder, '.charter')
  if (!place.ledger.startsWith('postgres')) return [own]
  const client = new pg.Client({ connectionString: place.ledger })
  await client.connect()
  try {
    await client.query('CHECKPOINT')
    const { rows } = await client.query('SHOW data_directory')
    return [own, String(rows[0]?.data_directory)]
  } finally {
    await client.end()
  }
}
