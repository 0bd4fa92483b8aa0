/** Evidence of one write: told in full, checked without its ledger, and found wherever it was changed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { canonicalJson } from '../../src/canonical-json.ts'
import { checkEvidence } from '../../src/capsules/check-evidence.ts'
import { makeEvidence } from '../../src/capsules/make-evidence.ts'
import { embedded } from '../../src/capsules/page-bytes.ts'
import { checkPageData } from '../../src/capsules/page-check.ts'
import type { Json } from '../../src/json.ts'
import { call, type RefundHouse, refundHouse, say } from '../refund-house.ts'
import { openPage } from './open-page.ts'
import { capsuleHouseOf, publicKeyOf, story } from './stories.ts'

const evidenceOf = (
  house: RefundHouse,
  effect: string,
  as: 'json' | 'page' = 'json',
  withheld: readonly string[] = [],
) => makeEvidence(capsuleHouseOf(house), effect, { as, withheld })

async function effectOf(house: RefundHouse, run: string): Promise<string> {
  const [dispatched] = await house.bodies(run, 'effect.dispatched')
  return dispatched?.effect ?? ''
}

for (const database of ['memory', 'postgres'] as const)
  test(`L5 evidence tells who, why, by which rule, on which facts, who agreed and what the vendor said (${database})`, async () => {
    await using house = await refundHouse({ database })
    const run = await story.granted(house)
    const text = await evidenceOf(house, await effectOf(house, run))
    const { ok, evidence } = await checkEvidence(Buffer.from(text), await publicKeyOf(house))
    assert.ok(ok && evidence)
    const [commit] = house.desk.commits()
    const told = new Map(evidence.sections.flatMap(({ rows }) => rows))
    assert.deepEqual([told.get('doing'), told.get('allowed by')], ['Refunds the broken lid.', 'Refunds are fine.'])
    assert.equal(told.get('evidence cited'), 'document doc_1, invoice in_1')
    const rules = evidence.sections.flatMap(({ rows }) =>
      rows.filter(([label]) => label === 'rule').map(([, rule]) => rule),
    )
    assert.ok(rules.includes(`request_refund.require_approval_over_usd: 50.00, on page ${evidence.story.charter}`))
    assert.equal(told.get('fact paid'), '100.00 USD')
    assert.equal(told.get('by'), 'fay@acme.example')
    assert.equal(told.get('status'), 'committed')
    assert.equal(told.get('key sent to the vendor'), commit?.idempotency_key)
    assert.ok(told.get('vendor said id'))
    assert.deepEqual(evidence.story.external, {
      key: commit?.idempotency_key,
      answer: { id: told.get('vendor said id') },
    })
  })

test('L5 a page of evidence checks itself without a network, and needs no other file', async () => {
  await using house = await refundHouse()
  const html = await evidenceOf(house, await effectOf(house, await story.granted(house)), 'page')
  const page = await openPage(html)
  assert.deepEqual(
    page.checks.filter((check) => !check.startsWith('Holds: ')),
    [],
  )
  assert.equal(page.checks.length, 8)
  assert.ok(page.holds)
  assert.equal(page.asked, 0)
  assert.doesNotMatch(html, /(?:src|href)=|@import|url\(/)
  assert.deepEqual((await checkEvidence(Buffer.from(html), await publicKeyOf(house))).problems, [])
})

test('in a browser that cannot check, the page says so, and not that its data is wrong', async () => {
  await using house = await refundHouse()
  const html = await evidenceOf(house, await effectOf(house, await story.granted(house)), 'page')
  const page = await openPage(html, {})
  assert.match(page.verdict, /^NOTHING on this page was checked/)
  assert.deepEqual([page.holds, page.checks], [false, []])
})

test('L5 the page finds a change of its data and of its words, and the command any change of its file', async () => {
  await using house = await refundHouse()
  const html = await evidenceOf(house, await effectOf(house, await story.granted(house)), 'page')
  const bytes = Buffer.from(html)
  const key = await publicKeyOf(house)
  const from = html.indexOf('id="evidence">') + 'id="evidence">'.length
  const to = html.indexOf('</script>', from)
  for (let i = 0; i < 60; i++) {
    const edited = Buffer.from(bytes)
    const at = Math.floor(from + ((to - from) * i) / 60)
    edited[at] = (edited[at] ?? 0) ^ 1
    assert.equal((await openPage(edited.toString())).holds, false, `byte ${at} of the data`)
  }
  const reworded = html.replace('<dd>fay@acme.example</dd>', '<dd>sue@acme.example</dd>')
  assert.notEqual(reworded, html)
  assert.equal((await openPage(reworded)).holds, false)
  for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 120)) {
    const edited = Buffer.from(bytes)
    edited[at] = (edited[at] ?? 0) ^ 1
    assert.equal((await checkEvidence(edited, key)).ok, false, `byte ${at} of the file`)
  }
})

test('L5 evidence from another ledger is whole in itself, and is not what the pinned key signed', async () => {
  await using house = await refundHouse()
  await using other = await refundHouse()
  const html = await evidenceOf(other, await effectOf(other, await story.granted(other)), 'page')
  assert.ok((await openPage(html)).holds)
  const { ok, problems } = await checkEvidence(Buffer.from(html), await publicKeyOf(house))
  assert.equal(ok, false)
  assert.match(problems[0] ?? '', /signed with another key/)
})

test('L5 what models and customers wrote is text on the page, whatever it looks like', async () => {
  await using house = await refundHouse()
  const reason = '</script><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\u2028'
  const { run } = await house.play([call('request_refund', { invoice: 'in_1', amount: '5.00', reason }), say('Done.')])
  const html = await evidenceOf(house, await effectOf(house, run), 'page')
  assert.equal(html.match(/<script/g)?.length, 2)
  assert.doesNotMatch(html, /<img/)
  assert.ok((await openPage(html)).holds)
})

test('L6 evidence holds the content of its own write alone, and none of a class that is withheld', async () => {
  await using house = await refundHouse()
  const secret = 'the other matter of this run'
  const { run } = await house.play([
    call('add_note', { ticket: 't_1', body: secret }),
    call('request_refund', { invoice: 'in_1', amount: '5.00', reason: 'broken' }),
    say('Done.'),
  ])
  const [, refunded] = await house.bodies(run, 'effect.dispatched')
  const key = await publicKeyOf(house)
  const whole = await checkEvidence(Buffer.from(await evidenceOf(house, refunded?.effect ?? '')), key)
  const events = await house.events(run)
  const ofNote = events.find(({ type, body }) => type === 'action.proposed' && body.action === '1.1')?.body.arguments
  const { n } = ofNote as { n: number }
  assert.ok(!whole.evidence?.exported.includes(`"n":${n},"stream":"run/`))
  assert.ok(!JSON.stringify(whole.evidence?.story).includes(secret))
  const less = await checkEvidence(
    Buffer.from(await evidenceOf(house, refunded?.effect ?? '', 'json', ['arguments'])),
    key,
  )
  assert.ok(less.ok && !less.evidence?.keys.some((one) => one.class === 'arguments'))
  assert.ok(!JSON.stringify(less.evidence?.sections).includes('argument invoice'))
})

test('L6 what is withheld is said to be withheld, and never as if it had not been there', async () => {
  await using house = await refundHouse()
  const effect = await effectOf(house, await story.granted(house))
  const key = await publicKeyOf(house)
  const told = async (...withheld: string[]) => {
    const { evidence } = await checkEvidence(Buffer.from(await evidenceOf(house, effect, 'json', withheld)), key)
    return (evidence?.sections ?? []).flatMap(({ rows }) => rows.filter(([, text]) => text.startsWith('not shown')))
  }
  const labels = async (...withheld: string[]) => [...new Set((await told(...withheld)).map(([label]) => label))]
  assert.deepEqual(await labels(), [])
  assert.deepEqual(await labels('arguments'), ['arguments', 'intent'])
  assert.deepEqual(await labels('input', 'decision', 'result'), ['asked for', 'judged on', 'vendor said'])
})

test('L5 the page makes every hash, proof and seal again, and does not rest on the signature over all of it', async () => {
  await using house = await refundHouse()
  const text = await evidenceOf(house, await effectOf(house, await story.granted(house)))
  const { evidence } = JSON.parse(text)
  const changes: Record<string, (exported: string) => string> = {
    'Each event has its hash and follows from the one before': (lines) =>
      lines.replace('"decision":"ask"', '"decision":"all"'),
    'The checkpoint of the ledger is signed with the same key': (lines) =>
      lines.replace(/("checkpoint":\{"at":\d+)/, '$10'),
    'Each stream is in the tree of the checkpoint': (lines) => lines.replace(/"proof":\["../, '"proof":["00'),
    'The sealed content is what the events name, and opens': (lines) =>
      lines.replace(/"ciphertext":"..../, '"ciphertext":"AAAA'),
  }
  for (const [what, change] of Object.entries(changes)) {
    const changed = { ...evidence, exported: change(evidence.exported) }
    assert.notEqual(changed.exported, evidence.exported, what)
    const checks = await checkPageData(await signedByOwner(house, changed))
    assert.ok(checks.find((check) => check.what === 'The data is signed')?.holds)
    assert.equal(checks.find((check) => check.what === what)?.holds, false, what)
  }
  const elsewhere = await checkPageData(await signedByOwner(house, { ...evidence, effect: 'run_other:1.1' }))
  assert.deepEqual(
    elsewhere.filter(({ holds }) => !holds).map(({ what }) => what),
    ['The write that this page is about stands in the events'],
  )
})

async function signedByOwner({ runtime }: RefundHouse, evidence: Json): Promise<string> {
  const { sign } = await runtime.keyring.signingKey()
  const signature = Buffer.from(await sign(Buffer.from(canonicalJson(evidence)))).toString('base64')
  return embedded(canonicalJson({ evidence, signature }))
}

test('the reference names every field that evidence has', async () => {
  await using house = await refundHouse()
  const { evidence } = JSON.parse(await evidenceOf(house, await effectOf(house, await story.granted(house))))
  const reference = readFileSync(path.resolve(import.meta.dirname, '../../docs/reference/evidence.md'), 'utf8')
  const { write } = evidence.story
  const fields = [evidence, evidence.story, write, write.decisions[0]].flatMap(Object.keys)
  assert.ok(fields.length > 40)
  const code = (reference.match(/`[^`]+`/g) ?? []).join(' ')
  const named = new Set(code.match(/[a-z]\w*/g))
  assert.deepEqual(
    fields.filter((field) => !named.has(field)),
    [],
  )
})

test('what is no evidence at all does not hold, and says so without falling over', async () => {
  for (const text of ['', 'null', '{}', '{"evidence":{},"signature":""}', '[]', '{"evidence":'])
    assert.ok((await checkPageData(text)).some(({ holds }) => !holds))
})

test('an effect that nobody knows is named as such', async () => {
  await using house = await refundHouse()
  await assert.rejects(evidenceOf(house, 'run_none:1.1'), { code: 'effect_not_found' })
})
