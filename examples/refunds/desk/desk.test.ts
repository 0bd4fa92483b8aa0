import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connectDesk, DeskRefused } from './client.ts'
import { freshDesk, freshFile, until } from './fresh-desk.ts'
import { startDesk } from './start-desk.ts'
import { openStore, transact } from './store.ts'
import { openWitness } from './witness.ts'

const usd = (minor: number) => ({ minor, currency: 'usd' })
const emptyStore = (t: TestContext) => {
  const nothing = { customers: [], invoices: [], tickets: [], documents: [] }
  const store = openStore(
    freshFile(t),
    () => nothing,
    () => 0,
  )
  t.after(() => store.database.close())
  return store
}
const refused = (status: number, code: string) => (error: unknown) =>
  error instanceof DeskRefused && error.status === status && error.code === code

test('a refund moves the invoice, and the log says which arrival committed it', async (t) => {
  const { desk, client } = await freshDesk(t)

  const refund = await client.refund('in_93K2', usd(4900), { key: 'rf_1a2b', reason: 'cracked lid' })

  assert.equal((await client.getInvoice('in_93K2')).refunded_minor, 4900)
  assert.deepEqual(await client.findRefund('rf_1a2b'), refund)
  assert.equal(await client.findRefund('rf_other'), null)
  const arrival = desk.arrivals()[0]
  assert.deepEqual(
    [arrival?.method, arrival?.path, arrival?.idempotency_key, arrival?.complete],
    ['POST', '/refunds', 'rf_1a2b', 1],
  )
  const { at, ...commit } = { ...desk.commits()[0] }
  assert.equal(typeof at, 'number')
  assert.deepEqual(commit, {
    n: 1,
    arrival: arrival?.n,
    kind: 'refund',
    id: refund.id,
    invoice: 'in_93K2',
    ticket: null,
    amount_minor: 4900,
    currency: 'usd',
    text: 'cracked lid',
    idempotency_key: 'rf_1a2b',
  })
})

test('what the desk refuses is written nowhere, and says why', async (t) => {
  const { desk, client } = await freshDesk(t)

  await assert.rejects(client.refund('in_none', usd(100)), refused(404, 'invoice_not_found'))
  await assert.rejects(client.refund('in_94C3', usd(2201)), refused(409, 'refund_exceeds_paid'))
  await assert.rejects(client.refund('in_94E5', usd(100)), refused(409, 'invoice_not_paid'))
  await assert.rejects(client.refund('in_93K2', { minor: 100, currency: 'eur' }), refused(422, 'currency_mismatch'))
  await assert.rejects(client.refund('in_93K2', usd(0.5)), refused(422, 'invalid_body'))
  await assert.rejects(client.refund('in_93K2', usd(-100)), refused(422, 'invalid_body'))
  await assert.rejects(client.sendReply('ZD-188198', 'hello'), refused(409, 'ticket_closed'))
  await assert.rejects(client.addNote('ZD-188233', '  '), refused(422, 'invalid_body'))
  await assert.rejects(client.removeNote('note_none'), refused(404, 'note_not_found'))
  await assert.rejects(client.getTicket('ZD-none'), refused(404, 'ticket_not_found'))
  await assert.rejects(client.getCustomer('c_none'), refused(404, 'customer_not_found'))

  assert.equal(desk.arrivals().length, 11)
  assert.deepEqual(desk.commits(), [])
  await client.refund('in_94C3', usd(2200))
  assert.equal((await client.getInvoice('in_94C3')).refunded_minor, 3200, 'the last cent can be refunded')
})

test('a note is added, seen, undone once and still found by its key', async (t) => {
  const { desk, client } = await freshDesk(t)

  const note = await client.addNote('ZD-188233', 'offered the price of the lid', { key: 'n1' })
  assert.deepEqual((await client.getTicket('ZD-188233')).notes, [note])
  const removed = await client.removeNote(note.id, { key: 'u1' })
  assert.deepEqual(await client.removeNote(note.id, { key: 'u2' }), removed)

  assert.deepEqual((await client.getTicket('ZD-188233')).notes, [])
  assert.deepEqual(await client.findNote('n1'), removed)
  assert.ok(removed.removed_at)
  assert.deepEqual(
    desk.commits().map(({ kind, id, idempotency_key }) => [kind, id, idempotency_key]),
    [
      ['note', note.id, 'n1'],
      ['note_removed', note.id, 'u1'],
    ],
  )
})

test('a reply stands on its ticket and is found by its key', async (t) => {
  const { client } = await freshDesk(t)
  const reply = await client.sendReply('ZD-188233', 'The 49.00 is on its way.', { key: 'r1' })
  assert.deepEqual((await client.getTicket('ZD-188233')).replies, [reply])
  assert.deepEqual(await client.findReply('r1'), reply)
})

test('documents are found by words, best first, whatever the customer typed', async (t) => {
  const { client } = await freshDesk(t)
  assert.equal((await client.searchDocuments('grinder lid damaged'))[0]?.id, 'doc_104')
  const found = await client.searchDocuments('refund: charged twice')
  assert.equal(found[0]?.id, 'doc_212')
  assert.ok(found.length > 1)
  assert.deepEqual(await client.searchDocuments('zeppelin'), [])
  assert.deepEqual(await client.searchDocuments('"" * ( ^'), [])
  assert.ok((await client.searchDocuments('refund" OR title:x')).length > 0)
})

test('an unknown route, a body that is no JSON and a look-up without a key are told apart', async (t) => {
  const { desk } = await freshDesk(t)
  const told = async (path: string, init?: RequestInit) => {
    const response = await fetch(desk.url + path, init)
    const body: unknown = await response.json()
    assert.deepEqual(Object.keys(Object(body)), ['code', 'message'])
    return [response.status, Object(body).code]
  }
  assert.deepEqual(await told('/nowhere'), [404, 'route_not_found'])
  assert.deepEqual(await told('/invoices/in_93K2', { method: 'PUT' }), [404, 'route_not_found'])
  assert.deepEqual(await told('/refunds', { method: 'POST', body: '{' }), [422, 'invalid_json'])
  assert.deepEqual(await told('/refunds'), [422, 'key_missing'])
})

test('the log cannot be rewritten, and its file can be read while the desk runs', async (t) => {
  const { desk, client } = await freshDesk(t)
  await client.refund('in_93K2', usd(100), { key: 'k' })

  using witness = openWitness(desk.file)
  assert.deepEqual(witness.commits(), desk.commits())
  assert.deepEqual(witness.arrivals(1), [])
  assert.deepEqual(await (await fetch(`${desk.url}/log`)).json(), {
    arrivals: desk.arrivals(),
    commits: desk.commits(),
  })
  const other = openStore(
    desk.file,
    () => assert.fail('the file is filled already'),
    () => 0,
  )
  assert.throws(() => other.database.exec('delete from commits'), /only ever added/)
  assert.throws(() => other.database.exec("update arrivals set body = ''"), /only ever added/)
  other.database.close()
})

test('a client that leaves in the middle of its request is seen, and nothing is done', async (t) => {
  const { desk } = await freshDesk(t)
  const socket = connect(Number(new URL(desk.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const body = '{"body":"whole as JSON, yet more was announced"}'
  const head = 'POST /tickets/ZD-188233/notes HTTP/1.1\r\nhost: desk\r\nidempotency-key: cut\r\ncontent-length: 99'
  socket.write(`${head}\r\n\r\n${body}`)
  // The head must have been read before the socket is torn, or there is no request at all.
  await pause(100)
  socket.destroy()

  await until(() => desk.arrivals().length === 1)
  const [arrival] = desk.arrivals()
  assert.deepEqual([arrival?.idempotency_key, arrival?.complete, arrival?.body], ['cut', 0, body])
  assert.deepEqual(desk.commits(), [])
})

test('a desk opened again on its file goes on where it stood', async (t) => {
  const file = freshFile(t)
  const first = await startDesk({ file })
  const refund = await connectDesk(first.url).refund('in_93K2', usd(100), { key: 'k' })
  await first.close()

  await using second = await startDesk({ file })
  const client = connectDesk(second.url)
  assert.deepEqual(await client.refund('in_93K2', usd(100), { key: 'k' }), refund)
  assert.equal((await client.getInvoice('in_93K2')).refunded_minor, 100)
  assert.deepEqual([second.arrivals().length, second.commits().length], [3, 1])
})

test('what fails half-way leaves nothing', (t) => {
  const store = emptyStore(t)
  const halfWay = () => {
    store.sql.run`insert into customers values ('c_1', 'Ada', 'ada@acme.example')`
    throw new Error('half-way')
  }
  assert.throws(() => transact(store, halfWay), /half-way/)
  assert.deepEqual(store.sql.all`select * from customers`, [])
})

test('every commit of the desk is synced to the disk', (t) => {
  const store = emptyStore(t)
  assert.equal(store.sql.get`pragma synchronous`?.synchronous, 2)
  assert.equal(store.sql.get`pragma journal_mode`?.journal_mode, 'wal')
})
