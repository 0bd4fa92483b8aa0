import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Database, refund, refundHouse, say } from '../../test/refund-house.ts'
import { charterStream } from '../charter/applied-page.ts'

const applied = async (house: Awaited<ReturnType<typeof refundHouse>>) =>
  house.runtime.house.ledger.read('default', charterStream('dev', 'refunds'))

test('a page is put in force once, and applied again it changes nothing', async () => {
  await using house = await refundHouse()
  assert.equal((await applied(house)).length, 1)
  await house.apply({})
  assert.equal((await applied(house)).length, 1)
  await house.apply({ tools: { add_note: null } })
  await house.apply({})
  assert.deepEqual(
    (await applied(house)).map(({ type, actor }) => [type, actor]),
    [
      ['charter.applied', 'service:runtime'],
      ['charter.applied', 'owner@acme.example'],
      ['charter.applied', 'owner@acme.example'],
    ],
  )
})

test('many who apply one page at once apply it once', async () => {
  await using house = await refundHouse()
  const page = { tools: { add_note: null } }
  await Promise.all(Array.from({ length: 5 }, () => house.apply(page)))
  assert.equal((await applied(house)).length, 2)
})

test('the page in force is the one last applied, not the one that a process brings along', async () => {
  await using house = await refundHouse({ database: 'file' satisfies Database })
  await house.apply({ tools: { request_refund: { max_amount_usd: 5 } } })
  await using door = await house.another({ options: { engine: false } })
  const { run } = await door.play([refund('in_1'), say('Sorry.')])
  assert.equal((await house.told(run))[0]?.code, 'denied_by_policy')
})

test('the text of a page is kept sealed with the files it names, so that a run finds the one it began with', async () => {
  const files = { 'refunds.prompt.md': 'You resolve refunds. Ticket: {{conversation}}.' }
  await using house = await refundHouse({
    page: { prompt: './refunds.prompt.md' },
    files: { './refunds.prompt.md': files['refunds.prompt.md'] },
  })
  await house.play([say('Done.')])
  assert.ok(house.prompts.at(-1)?.includes('You resolve refunds. Ticket: c1.'))
  assert.ok(!JSON.stringify(await applied(house)).includes('You resolve'))
})
