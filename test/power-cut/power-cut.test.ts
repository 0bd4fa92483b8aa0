/** A run in the middle of its work when the power goes, or the database's server: nothing was told that is taken back. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { checkChain } from '../../src/ledger/hash-chain.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { startPostgresServer } from '../postgres-server.ts'
import { call, type RefundHouse, refund, refundHouse, say } from '../refund-house.ts'
import { copyAfterCut, ridesIn } from './cut-log.ts'

/** A read that stands still in its third turn: by then an invoice was read, and a refund was carried out. */
const turns = [
  call('get_invoice', { invoice: 'in_1' }),
  refund('in_1'),
  call('get_ticket', { ticket: 't_1' }),
  say('Done.'),
]

interface Gate {
  readonly reads: string[]
  readonly reached: Promise<void>
  open(): void
  tools(own: readonly Tool[]): readonly Tool[]
}

function gateBeforeTicket(): Gate {
  const reads: string[] = []
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const watched = (tool: Tool): Tool => ({
    ...tool,
    execute: async (input, sending) => {
      reads.push(tool.name)
      if (tool.name === 'get_ticket') {
        reached.resolve()
        await opened.promise
      }
      return tool.execute(input, sending)
    },
  })
  return {
    reads,
    reached: reached.promise,
    open: opened.resolve,
    tools: (own) => own.map((tool) => (tool.kind === 'read' ? watched(tool) : tool)),
  }
}

test('L3 reads and outcomes ride; nothing does when a write is sent, or when a wait or an end is told', async () => {
  const seen: [string, boolean][] = []
  const watched = (tool: Tool): Tool => ({
    ...tool,
    execute: (input, sending) => {
      seen.push([tool.name, ridesIn(house.ledgerPlace)])
      return tool.execute(input, sending)
    },
  })
  await using house = await refundHouse({ database: 'file', tools: (own) => own.map(watched) })
  house.clock.freeze()
  const run = await house.start([...turns.slice(0, 3), refund('in_2', '60.00'), say('Done.')])
  const result = await house.settled(run)
  seen.push([result.status, ridesIn(house.ledgerPlace)])
  house.clock.thaw()
  if (result.status !== 'waiting') throw new Error(`it is ${result.status}`)
  await house.answer(result.approvals[0].id, { type: 'grant' })
  seen.push([(await house.settled(run)).status, ridesIn(house.ledgerPlace)])
  const told = seen.filter(([what]) => !what.startsWith('get_'))
  assert.deepEqual(told, [
    ['request_refund', false],
    ['waiting', false],
    ['request_refund', false],
    ['done', false],
  ])
  assert.ok(
    seen.some(([what, rides]) => what === 'get_ticket' && rides),
    'the outcome of the refund rode while the ticket was read',
  )
})

/** At the gate, with the timer standing still that would sync what rides, however slow the machine. */
async function givenRunAtGate(house: RefundHouse, gate: Gate): Promise<string> {
  const run = await house.start(turns)
  await gate.reached.then(() => house.clock.freeze())
  return run
}

async function thenItIsDoneOnce(house: RefundHouse, run: string, gate: Gate): Promise<void> {
  assert.equal((await house.settled(run)).status, 'done')
  const events = await house.events(run)
  const effects = events.flatMap(({ type }) => (type.startsWith('effect.') ? [type.slice('effect.'.length)] : []))
  assert.deepEqual(effects, ['dispatched', 'unknown', 'dispatched', 'committed'])
  assert.equal(checkChain(house.runtime.house.ledger.id, events), undefined)
  assert.equal(gate.reads.filter((read) => read === 'get_ticket').length, 2, 'the read was made again')
  assert.equal(house.desk.commits().length, 1, 'the desk refunded once')
}

test('L3 after a power cut a run repeats its reads and recovers the write whose outcome was not synced', async () => {
  const gate = gateBeforeTicket()
  await using house = await refundHouse({ database: 'file', tools: gate.tools })
  const run = await givenRunAtGate(house, gate)
  const copy = path.join(path.dirname(house.ledgerPlace), 'after-the-cut.db')
  const cut = copyAfterCut(house.ledgerPlace, copy)
  assert.ok(cut.eventsAfter < cut.eventsBefore, 'something rode, and is gone')
  house.clock.thaw()
  gate.open()
  await house.settled(run)
  await using after = await house.another({ options: { ledger: copy } })
  await thenItIsDoneOnce(after, run, gate)
})

test('L3 after a crash of the PostgreSQL server the engine drops what it holds, repeats its reads and recovers the write', async (t) => {
  const server = await startPostgresServer({ wal_writer_delay: '10000ms' })
  t.after(() => server.remove())
  const gate = gateBeforeTicket()
  await using house = await refundHouse({ database: 'file', tools: gate.tools, options: { ledger: server.url } })
  const run = await givenRunAtGate(house, gate)
  server.crash()
  await wait(300)
  server.start()
  house.clock.thaw()
  gate.open()
  await thenItIsDoneOnce(house, run, gate)
})
