/** Plays the cases of a file, one run each on the untouched shop, and writes out the shop as each leaves it. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { canonicalJson } from '../../examples/retail/canonical-json.ts'
import { collections } from '../../examples/retail/schema.ts'
import type { Snapshot } from '../../examples/retail/snapshot.ts'
import type { Store } from '../../examples/retail/store.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { type Call, readBase } from './data.ts'
import { type GivenCase, readGivenCases } from './given-cases.ts'
import type { Options } from './options.ts'
import { grant } from './play/confirm.ts'
import { type Lane, openLane } from './play/lane.ts'
import { oneByOne, playRun } from './play/play-run.ts'
import { runScript } from './run-script.ts'

export interface GivenResult {
  readonly id: string
  readonly run: string
  readonly status: string
  readonly code: string | null
  /** The file with the final store, beside this one. */
  readonly store: string
  /** SHA-256 of that file. */
  readonly state_hash: string
  /** Rows that any statement touched, by the shop's own log. */
  readonly rows_touched: number
  /** What the shop accepted, oldest first. */
  readonly accepted: readonly { readonly name: string; readonly arguments: unknown }[]
}

export async function playGiven({ progress }: BenchInput, { cases: file = '', out }: Options): Promise<BenchReport> {
  const given = readGivenCases(file)
  mkdirSync(out, { recursive: true })
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-retail-'))
  const errors: string[] = []
  try {
    const place = { ledger: path.join(folder, 'ledger.db'), keyring: path.join(folder, 'keyring.db') }
    await using lane = await openLane(place, (error) => errors.push(String(error)))
    const base = readBase()
    const results: GivenResult[] = []
    for (const one of given) results.push(await playOne(lane, one, base, out))
    writeFileSync(path.join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
    progress(`${given.length} final stores are in ${out}`)
    return { line: { cases: given.length, out, engine_errors: errors.length }, failures: errors }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playOne(lane: Lane, given: GivenCase, base: Snapshot, out: string): Promise<GivenResult> {
  const { shop } = lane
  shop.reset()
  for (const call of given.setUp) setUp(shop, given.id, call)
  const [rows, receipts] = [shop.writeCount(), shop.receipts().length]
  const { calls, customer } = callsOf(given, base)
  const by = given.confirmedBy === undefined ? customer : given.confirmedBy
  const turns = oneByOne(calls)
  const { run, status, code } = await playRun(lane, {
    name: given.id,
    agent: lane.guarded,
    turns,
    answer: async (approval) => by !== null && (await grant(lane, { approval, by })) === 'accepted',
  })
  const store = `${encodeURIComponent(given.id)}.json`
  const accepted = shop.receipts().slice(receipts)
  return {
    id: given.id,
    run,
    status,
    code: code ?? null,
    store,
    state_hash: writeStore(shop, path.join(out, store)),
    rows_touched: shop.writeCount() - rows,
    accepted: accepted.map(({ operation, input }) => ({ name: operation, arguments: input })),
  }
}

function setUp(shop: Store, id: string, call: Call): void {
  const outcome = shop.perform(call.name, call.arguments)
  if (!outcome.ok) throw new Error(`the shop refuses the set-up of case \`${id}\`: ${outcome.error}`)
}

/** As written, or with the look-up and the readings that CASES.md puts in. */
function callsOf({ id, userId, actions, asWritten }: GivenCase, base: Snapshot) {
  if (asWritten) return { calls: actions, customer: userId }
  const { steps, customer = userId } = runScript({ id, userId, actions }, base)
  return { calls: steps.map(({ call }) => call), customer }
}

/** Writes RFC 8785 text of all records, and answers with its hash. */
function writeStore(shop: Store, file: string): string {
  const members = (name: (typeof collections)[number]) =>
    shop.ids(name).map((id) => [id, JSON.parse(shop.recordText(name, id) ?? 'null')])
  const text = canonicalJson(Object.fromEntries(collections.map((name) => [name, Object.fromEntries(members(name))])))
  const hash = createHash('sha256').update(text).digest('hex')
  if (hash !== shop.stateHash()) throw new Error('the store as written is not the store as hashed')
  writeFileSync(file, text)
  return hash
}
