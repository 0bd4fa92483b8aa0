/** The end of the demo: what became of each ticket, the desk's log against the ledger, and the ledger checked offline. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { sayCost } from '../../../src/traces/say.ts'
import { aliasFor, type CommandLine } from './command-line.ts'
import { type Log, type Reckoning, reckon, type Write } from './reckoning.ts'
import type { Screen } from './screen.ts'
import { sayCents, type Worked } from './working-day.ts'

export interface Books {
  readonly worked: readonly Worked[]
  readonly log: Log
  readonly screen: Screen
  readonly charter: CommandLine
  readonly home: string
  /** A live model may end a ticket otherwise; what was written must agree either way. */
  readonly isScripted: boolean
  /** By `performance.now()`. */
  readonly began: number
}

/** Whether everything is as it should be. */
export async function closeTheBooks(books: Books): Promise<boolean> {
  const { worked, log, screen, isScripted, began } = books
  const traces = worked.map(({ trace }) => trace)
  const reckoning = reckon(traces, log)
  const surprises = isScripted ? worked.flatMap((each) => surprise(each, reckoning)) : []
  screen.write()
  screen.rows(
    ['TICKET', 'OUTCOME', 'WHY', 'REFUNDED', 'COST', 'RUN'],
    worked.map((each) => rowOf(each, reckoning)),
  )
  screen.write()
  screen.fact('desk', sayDesk(log, reckoning))
  screen.fact('ledger', sayLedger(reckoning))
  screen.fact('cost', sayCost(traces.reduce((sum, { spent }) => sum + spent.cost_micro_usd, 0)))
  const problems = [...reckoning.disagreements, ...surprises]
  for (const problem of problems) screen.bad(`  wrong: ${problem}`)
  sayWhereToLook(books)
  screen.write(`${worked.length} runs in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const verdict = await verifyLedger(books)
  if (problems.length > 0) screen.bad(verdict)
  else screen.good(verdict)
  return problems.length === 0
}

function surprise({ ticket, result, trace }: Worked, { writes }: Reckoning): string[] {
  const { status, code, refunded, asked = 0 } = ticket.ends
  const meant = [status, code, sayCents(refunded), `people asked ${asked} times`]
  const times = trace.actions.flatMap(({ waits }) => waits).length
  const ended = [result.status, result.code, sayCents(refundedIn(writes, result.run)), `people asked ${times} times`]
  const differs = meant.some((part, index) => part !== undefined && part !== ended[index])
  return differs ? [`${ticket.ticket} was to end ${say(meant)}; it ended ${say(ended)}`] : []
}

const say = (parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(', ')

function rowOf({ result, trace }: Worked, { writes }: Reckoning): readonly string[] {
  const refunded = refundedIn(writes, result.run)
  return [
    trace.started?.start_key ?? '',
    result.status,
    result.code ?? '',
    refunded === 0 ? '' : sayCents(refunded),
    sayCost(trace.spent.cost_micro_usd),
    result.run,
  ]
}

/** By the desk's own log. */
const refundedIn = (writes: readonly Write[], run: string): number =>
  sumOf(
    writes
      .filter((write) => write.run === run)
      .flatMap(({ commits }) => commits.map(({ amount_minor: minor }) => minor ?? 0)),
  )

function sayDesk({ arrivals, commits }: Log, { duplicates }: Reckoning): string {
  const posts = arrivals.filter(({ method }) => method === 'POST').length
  const refunds = commits.filter(({ kind }) => kind === 'refund').map(({ amount_minor: minor }) => minor ?? 0)
  return `${posts} writes arrived, ${commits.length} committed: ${sayRefunds(refunds)}, ${duplicates} duplicates`
}

function sayLedger({ writes, disagreements }: Reckoning): string {
  const committed = writes.filter(({ status }) => status === 'committed')
  const refunds = committed.filter(({ tool }) => tool === 'request_refund').map(({ minor }) => minor ?? 0)
  const attempts = sumOf(writes.map((write) => write.attempts))
  return `${attempts} writes sent, ${committed.length} committed: ${sayRefunds(refunds)}, ${disagreements.length} disagreements`
}

const sayRefunds = (cents: readonly number[]) => `${cents.length} refunds of ${sayCents(sumOf(cents))}`
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

function sayWhereToLook({ worked, screen, home }: Books): void {
  const run = worked[1]?.result.run ?? ''
  const here = path.relative(process.cwd(), home)
  screen.write('\nlook again:')
  if (here !== '') screen.write(`  cd ${here}`)
  screen.write(`  ${aliasFor(home)}`)
  screen.write(`  charter run show ${run}`)
}

/** As somebody would who has nothing but the export and the public key. */
async function verifyLedger({ charter, home }: Books): Promise<string> {
  const named = (name: string) => path.join(home, '.charter', name)
  await charter('ledger', 'export', '--out', named('export.jsonl'))
  writeFileSync(named('ledger.pub'), await charter('ledger', 'key'))
  return (await charter('ledger', 'verify', named('export.jsonl'), '--key', named('ledger.pub'))).trim()
}
