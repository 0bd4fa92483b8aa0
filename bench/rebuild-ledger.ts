/**
 * What `charter ledger rebuild` says, in a fresh process, of a ledger that nobody has open: first as it is, then with one
 * row edited behind its back.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

export interface LedgerPlace {
  /** A folder with the keyring in `.charter/keyring.db`: what the command is called in. */
  readonly folder: string
  /** A file, or the URL of a PostgreSQL database. */
  readonly ledger: string
}

export interface Rebuilt {
  /** Every projection, made again from the events alone, is the one in use. */
  readonly same: boolean
  /** The row that was edited, and no other, is found to differ. */
  readonly findsEdit: boolean
}

const program = path.resolve(import.meta.dirname, '../src/cli/main.ts')
const edit = 'UPDATE runs SET turns = turns + 1 WHERE run = (SELECT max(run) FROM runs)'

interface Said {
  readonly same: boolean
  readonly tables: readonly { readonly table: string; readonly differing: number }[]
}

async function rebuildLedger(place: LedgerPlace): Promise<Rebuilt> {
  const { same } = rebuild(place)
  await plantEdit(place)
  const edited = rebuild(place)
  const differing = edited.tables.filter((table) => table.differing > 0)
  const [found] = differing
  const findsEdit = !edited.same && differing.length === 1 && found?.table === 'runs' && found.differing === 1
  return { same, findsEdit }
}

/** Of several ledgers: so of every one. */
export async function rebuildLedgers(places: readonly LedgerPlace[]): Promise<Rebuilt> {
  const rebuilt: Rebuilt[] = []
  for (const place of places) rebuilt.push(await rebuildLedger(place))
  return { same: rebuilt.every(({ same }) => same), findsEdit: rebuilt.every(({ findsEdit }) => findsEdit) }
}

/** Exits with 6 where a row differs. */
function rebuild({ folder, ledger }: LedgerPlace): Said {
  const args = [program, 'ledger', 'rebuild', '--json', '--ledger', ledger]
  const ran = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (ran.status === 0 || ran.status === 6) return JSON.parse(ran.stdout)
  throw new Error(`\`charter ledger rebuild\` ended with ${ran.status}: ${ran.stderr}`)
}

async function plantEdit({ ledger }: LedgerPlace): Promise<void> {
  if (/^postgres(ql)?:/.test(ledger)) {
    const client = new pg.Client({ connectionString: ledger })
    await client.connect()
    await client.query(edit)
    return client.end()
  }
  using database = new DatabaseSync(ledger)
  database.exec(edit)
}
