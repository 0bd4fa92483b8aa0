/**
 * The control: one stored refusal is made a yes behind the ledger's back, in a run of the middle of it. Verifying that stream
 * and replaying that run must both find it, at that very event.
 */
import { DatabaseSync } from 'node:sqlite'
import { exportHouse } from '../../src/ledger/export-house.ts'
import { verifyExport } from '../../src/ledger/verify.ts'
import { readRecording } from '../../src/replays/recording.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { type Clerk, openClerk } from './open-clerk.ts'
import type { Place } from './open-counter.ts'
import { projectOf } from './time-replay.ts'

export interface Control {
  /** Before the edit neither finds anything; after it both name the event. */
  readonly quiet: boolean
  readonly verifyFinds: boolean
  readonly replayFinds: boolean
}

interface Found {
  readonly verify: number | undefined
  readonly replay: number | undefined
}

async function control(place: Place): Promise<Control> {
  const { run, seq } = refusalIn(place)
  const before = await look(place, run)
  change(place, run, seq, ['deny', 'allow'])
  const after = await look(place, run)
  change(place, run, seq, ['allow', 'deny'])
  return {
    quiet: before.verify === undefined && before.replay === undefined,
    verifyFinds: after.verify === seq,
    replayFinds: after.replay === seq,
  }
}

const refusal = `type = 'action.judged' AND body LIKE '%"decision":"deny"%'`

function refusalIn({ ledger }: Place): { run: string; seq: number } {
  using database = new DatabaseSync(ledger, { readOnly: true })
  const middle = 'position > (SELECT max(position) / 2 FROM events)'
  const found = database.prepare(
    `SELECT stream, seq FROM events WHERE ${refusal} AND ${middle} ORDER BY position LIMIT 1`,
  )
  const row = found.get()
  if (!row) throw new Error('no refusal stands in the ledger')
  return { run: String(row.stream).slice('run/'.length), seq: Number(row.seq) }
}

function change({ ledger }: Place, run: string, seq: number, [from, to]: readonly [string, string]): void {
  using database = new DatabaseSync(ledger)
  const { changes } = database
    .prepare('UPDATE events SET body = replace(body, ?, ?) WHERE stream = ? AND seq = ?')
    .run(`"decision":"${from}"`, `"decision":"${to}"`, `run/${run}`, seq)
  if (changes !== 1) throw new Error(`${changes} events were changed`)
}

async function look(place: Place, run: string): Promise<Found> {
  await using clerk = await openClerk(place)
  return { verify: await verifyStream(clerk, `run/${run}`), replay: await replayOne(clerk, run) }
}

/** The first event that is blamed. */
async function verifyStream({ house }: Clerk, stream: string): Promise<number | undefined> {
  const lines = await exportHouse(house, { of: 'streams', tenant: house.tenant, streams: [stream] })
  const { problems } = await verifyExport(lines, await house.keyring.signingKey())
  return problems[0]?.seq
}

async function replayOne({ house }: Clerk, run: string): Promise<number | undefined> {
  const replay = await replayRun(await readRecording(house, run), projectOf(house.clock.now()))
  return replay.verdict === 'different' ? replay.difference.seq : undefined
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${JSON.stringify(await control(JSON.parse(process.argv[2] ?? '{}')))}\n`)
