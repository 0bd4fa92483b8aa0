import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDesk } from '../desk/client.ts'
import { freshFile } from '../desk/fresh-desk.ts'
import { startDesk } from '../desk/start-desk.ts'
import { openDay } from './shop.ts'

const nobodyKnows = async () => false

test('the second day has tickets, invoices and customers of its own, in the words of the tickets too', async (t) => {
  const file = freshFile(t)
  const first = await openDay(file, nobodyKnows)
  const second = await openDay(file, nobodyKnows)
  assert.deepEqual([first.numbered('in_93K2'), second.numbered('in_93K2')], ['in_93K2', 'in_93K2-2'])
  await using desk = await startDesk({ file })
  const client = connectDesk(desk.url)
  const { invoice, customer, body } = await client.getTicket('ZD-188252-2')
  assert.deepEqual([invoice, customer], ['in_94G4-2', 'c_23-2'])
  assert.match(body, /invoice in_94D0-2 /)
  assert.equal((await client.searchDocuments('charged twice')).filter(({ id }) => id === 'doc_212').length, 1)
})

test('a ticket that the ledger knows from elsewhere is not handed out again', async (t) => {
  const known = new Set(['ZD-188233', 'ZD-188233-2'])
  const { numbered } = await openDay(freshFile(t), async (ticket) => known.has(ticket))
  assert.equal(numbered('ZD-188233'), 'ZD-188233-3')
})
