/**
 * A house in which refunds are worked for three customers: some go through, some are asked about and refused, some wait
 * for an answer until the end. In everything that is said there stands a secret of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DeskData } from '../../examples/refunds/desk/seed.ts'
import { call, type RefundHouse, refundHouse } from '../../test/refund-house.ts'
import type { Place } from './command.ts'
import type { Database } from './options.ts'
import { Secrets } from './secrets.ts'

export interface PlayedHouse extends AsyncDisposable {
  readonly place: Place
  readonly keyring: string
  readonly secrets: Secrets
  /** Of customer c_1, whose data is to be erased; every fifth is open. */
  readonly erased: readonly string[]
  /** Of customer c_2: what people and models said is to be erased, and nothing else. */
  readonly aged: readonly string[]
  /** Of customer c_3, begun after all the others had ended. */
  readonly kept: readonly string[]
  /** Milliseconds since 1970, between the last of c_2 and the first of c_3. */
  readonly between: number
}

const groups = `principals: [dana@acme.example]
groups: { privacy: [dana@acme.example] }
`

export async function playHouse(database: Database, seed: number, runs: number): Promise<PlayedHouse> {
  await using ends = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-retention-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  mkdirSync(path.join(folder, '.charter'))
  writeFileSync(path.join(folder, 'charter.groups.yaml'), groups)
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const file = path.join(folder, '.charter', 'ledger.db')
  const secrets = new Secrets(seed)
  const data = shop(runs, secrets)
  const house = ends.use(
    await refundHouse({
      database: database === 'sqlite' ? 'file' : 'postgres',
      desk: { data },
      options: { keyring, ...(database === 'sqlite' && { ledger: file }) },
    }),
  )
  const play = async (customer: string) => {
    const made: string[] = []
    for (let n = 1; n <= runs; n++) made.push(await playOne({ house, secrets, data }, `${customer}_${n}`, n))
    return made
  }
  const [erased, aged] = [await play('1'), await play('2')]
  const between = await moment()
  const kept = await play('3')
  await house.runtime.close()
  const place = { folder, ledger: database === 'sqlite' ? file : house.ledgerPlace }
  const left = ends.move()
  const leave = () => left.disposeAsync()
  return { place, keyring, secrets, erased, aged, kept, between, [Symbol.asyncDispose]: leave }
}

/** A time that nothing else happened at. */
async function moment(): Promise<number> {
  const pause = () => new Promise((done) => setTimeout(done, 20))
  await pause()
  const now = Date.now()
  await pause()
  return now
}

const customers = ['1', '2', '3']

function shop(runs: number, secrets: Secrets): DeskData {
  const names = customers.flatMap((customer) =>
    Array.from({ length: runs }, (_, index) => ({ customer: `c_${customer}`, name: `${customer}_${index + 1}` })),
  )
  return {
    customers: customers.map((id) => ({ id: `c_${id}`, name: `c_${id}`, email: `c_${id}@mail.example` })),
    invoices: names.map(({ customer, name }) => ({
      id: `in_${name}`,
      customer,
      description: 'beans',
      status: 'paid',
      paid_minor: 10_000,
      refunded_minor: 0,
      currency: 'usd',
      issued_days_ago: 3,
    })),
    tickets: names.map(({ customer, name }) => ({
      id: `t_${name}`,
      customer,
      invoice: `in_${name}`,
      status: 'open',
      created_days_ago: 1,
      subject: 'refund',
      body: secrets.draw(),
    })),
    documents: [],
  }
}

interface Playing {
  readonly house: RefundHouse
  readonly secrets: Secrets
  readonly data: DeskData
}

/** Every fourth run is refused by people, for a reason; every fifth is granted, but that of the first customer waits. */
async function playOne({ house, secrets, data }: Playing, name: string, n: number): Promise<string> {
  const [input, prompt, reason, why] = [secrets.draw(), secrets.draw(), secrets.draw(), secrets.draw()]
  const amount = n % 4 === 0 || n % 5 === 0 ? '60.00' : '10.00'
  const conversation = `c${secrets.runs + 1}`
  const turns = [
    { say: `The customer says ${prompt}.`, ...call('get_ticket', { ticket: `t_${name}` }) },
    call('request_refund', { invoice: `in_${name}`, amount, reason }),
    { say: 'Done.' },
  ]
  const run = await house.start(turns, { input: { conversation, note: input } })
  const result = await house.settled(run)
  const asked = result.status === 'waiting' ? result.approvals[0] : undefined
  const isLeft = name.startsWith('1_') && n % 4 !== 0
  if (asked && !isLeft) {
    await house.answer(asked.id, n % 4 === 0 ? { type: 'deny', reason: why } : { type: 'grant' })
    await house.settled(run)
  }
  const body = data.tickets.find(({ id }) => id === `t_${name}`)?.body ?? ''
  secrets.plant(run, { input, prompt, arguments: reason, result: body, ...(asked && n % 4 === 0 && { approval: why }) })
  return run
}
