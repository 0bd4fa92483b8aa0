import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { checkCapsule } from '../capsules/check-capsule.ts'
import { projections } from '../create-runtime.ts'
import { rebuildProjections } from '../ledger/rebuild.ts'
import { verifyExport } from '../ledger/verify.ts'
import { planErasure } from '../retention/erase-subject.ts'
import { runRetention } from '../retention/run-retention.ts'
import { collectIncident } from './collect.ts'
import { eventsSince } from './events-since.ts'
import { closeIncident, type IncidentWanted, openIncident } from './open-incident.ts'
import { readIncident } from './read-incident.ts'
import { runsAround } from './runs-around.ts'

const hour = 3_600_000
const wanted = (run: string, more: Partial<IncidentWanted> = {}): IncidentWanted => ({
  run,
  level: 'observe',
  by: 'ada@acme.example',
  reason: 'something looks wrong',
  aroundMs: hour,
  mostRuns: 50,
  ...more,
})

const sentBy = (house: RefundHouse) => house.desk.commits().length

for (const database of ['file', 'postgres'] as const) {
  test(`${database}: opening an incident stops the agent, pins its runs and puts together what happened, with proof`, async () => {
    await using house = await refundHouse({ database })
    const { house: own, keyring } = house.runtime
    house.desk.setFault({ fault: 'commit_then_disconnect', method: 'POST', path: '/refunds', times: 1 })
    const { run: lost } = await house.play([refund('in_2', '5.00'), say('done')])
    const { run } = await house.play([refund('in_1', '40.00'), say('done')])
    const sent = sentBy(house)

    const opened = await openIncident(own, wanted(run))
    assert.deepEqual(
      opened.pinned.runs.map((row) => row.run),
      [run, lost],
    )
    const after = await house.play([refund('in_3'), say('stopped')])
    assert.deepEqual([after.status, sentBy(house)], ['denied', sent])

    const story = await readIncident(own, opened.incident)
    assert.equal(story.reason, 'something looks wrong')
    assert.equal(story.owner, 'owner@acme.example')
    assert.equal(story.stopped.sentUnderIt, 0)
    const { files, evidence } = await collectIncident({ house: { ...own, keyring }, story, isCut: false })
    const texts = Object.fromEntries(files.map(({ name, text }) => [name, text]))
    const postmortem = texts['postmortem.md'] ?? ''
    assert.match(postmortem, /\| request_refund \| committed \| 2 \| 45\.00 USD \|/)
    assert.match(postmortem, /Stop: agent:refunds at observe/)
    assert.match(postmortem, /Sent within its scope while it was in force: 0/)
    assert.match(postmortem, /STOP dev:agent:refunds at observe/)
    assert.match(texts['timeline.tsv'] ?? '', new RegExp(`run/${lost}\t\\d+\t\\S+\tunknown: ${lost}:1\\.1 \\(threw\\)`))
    assert.equal(evidence.length, 64)
    const capsule = await checkCapsule(
      Buffer.from(texts[`runs/${run}.capsule`] ?? ''),
      createPublicKey(texts['ledger.pub'] ?? ''),
    )
    assert.deepEqual([capsule.ok, capsule.capsule?.header.run], [true, run])
    assert.equal(texts[`runs/${lost}.capsule`], undefined)

    const proved = (texts['evidence.jsonl'] ?? '')
      .split('\n')
      .flatMap((line) => / *"stream":"([^"]+)"/.exec(line)?.[1] ?? [])
    const nouns = new Set(proved.map((stream) => stream.split('/')[0]))
    assert.deepEqual([...nouns].toSorted(), ['charter', 'incident', 'release', 'run', 'stop'])

    const verdict = await verifyExport([texts['evidence.jsonl'] ?? ''], {
      publicKey: createPublicKey(texts['ledger.pub'] ?? ''),
    })
    assert.deepEqual([verdict.ok, verdict.problems], [true, []])
    const cut = (texts['evidence.jsonl'] ?? '')
      .replace('"committed"', '"forgotten"')
      .replace(/"attempt":1,/, '"attempt":2,')
    const forged = await verifyExport([cut], { publicKey: createPublicKey(texts['ledger.pub'] ?? '') })
    assert.equal(forged.ok, false)

    const held = async () => {
      const { runs } = await planErasure(own, { kind: 'invoice', id: 'in_1' })
      return runs.map((each) => [each.run, each.hold])
    }
    const due = async () =>
      (await runRetention(own, { by: 'ada@acme.example', dryRun: true, before: Number.MAX_SAFE_INTEGER })).held
    assert.deepEqual(await held(), [[run, opened.incident]])
    assert.deepEqual(
      new Set((await due()).filter(({ stream }) => stream.startsWith('run/')).map(({ stream }) => stream)),
      new Set([`run/${run}`, `run/${lost}`]),
    )
    await closeIncident(own, {
      incident: opened.incident,
      by: 'ada@acme.example',
      reason: 'understood',
      keepsRuns: false,
    })
    assert.deepEqual(await held(), [[run, null]])
    assert.deepEqual(await due(), [])
    const differing = (await rebuildProjections(own.ledger, projections)).filter(({ same }) => !same)
    assert.deepEqual(differing, [])
  })

  test(`${database}: from a moment on every event is found, whatever stands before it`, async () => {
    await using house = await refundHouse({ database })
    const { ledger, tenant } = house.runtime.house
    for (const invoice of ['in_1', 'in_3']) await house.play([refund(invoice), say('done')])
    const all = await Array.fromAsync(eventsSince(ledger, tenant, 0))
    const whole = []
    for (let after = 0; ; ) {
      const page = await ledger.tail(tenant, after, 7)
      whole.push(...page)
      after = page.at(-1)?.position ?? after
      if (page.length < 7) break
    }
    assert.deepEqual(all, whole)
    const middle = all[Math.floor(all.length / 2)]?.at ?? 0
    assert.deepEqual(
      await Array.fromAsync(eventsSince(ledger, tenant, middle)),
      whole.filter(({ at }) => at >= middle),
    )
  })
}

test('events from a moment on are found without reading all that came before', async () => {
  await using house = await refundHouse()
  const { ledger, tenant } = house.runtime.house
  for (const invoice of ['in_1', 'in_3', 'in_5']) await house.play([refund(invoice), say('done')])
  const before = await Array.fromAsync(eventsSince(ledger, tenant, 0))
  await house.clock.skip(3 * hour)
  const { run } = await house.play([refund('in_7'), say('done')])
  const pages: number[] = []
  const tail = (of: string, after: number, most: number) => {
    if (most > 1) pages.push(after)
    return ledger.tail(of, after, most)
  }
  const found = await Array.fromAsync(eventsSince({ tail }, tenant, (before.at(-1)?.at ?? 0) + hour))
  assert.equal(found.filter(({ type }) => type === 'run.started').length, 1)
  assert.ok(found.some(({ stream }) => stream === `run/${run}`))
  assert.ok((pages[0] ?? 0) >= (before.at(-2)?.position ?? 0), `it read on from ${pages[0]}`)
})

test('a write of which nobody knows whether it happened stands in the draft as open, with what to say when it is known', async () => {
  await using house = await refundHouse()
  const { house: own, keyring } = house.runtime
  house.desk.setFault({ fault: 'fail', method: 'POST', path: '/tickets/:id/replies' })
  const { run } = await house.play([
    { calls: [{ tool: 'send_reply', input: { ticket: 't_1', body: 'hello' } }] },
    say('done'),
  ])
  const { incident } = await openIncident(own, wanted(run))
  const story = await readIncident(own, incident)
  const { files } = await collectIncident({ house: { ...own, keyring }, story, isCut: true })
  const [postmortem] = files
  assert.match(postmortem?.text ?? '', new RegExp(`charter effect settle ${run}:1\\.1 --outcome committed`))
  assert.match(postmortem?.text ?? '', /1 write: whether it happened/)
  assert.match(postmortem?.text ?? '', /More runs were at work/)
  assert.doesNotMatch(files.map(({ text }) => text).join(''), /hello/, 'content stands nowhere in clear')
})

test('an incident of a tool takes in the runs that used it, and of the page that was changed says so without calling it a cause', async () => {
  await using house = await refundHouse()
  const { house: own } = house.runtime
  const { run: noted } = await house.play([
    { calls: [{ tool: 'add_note', input: { ticket: 't_1', body: 'note' } }] },
    say('done'),
  ])
  await house.apply({ tools: { request_refund: { max_amount_usd: 500 } } })
  const { run } = await house.play([refund('in_1', '45.00'), say('done')])
  const around = { since: 0, most: 50 } as const
  const ofTool = await runsAround(own, { ...around, scope: 'tool', value: 'request_refund' })
  assert.deepEqual(
    ofTool.runs.map((row) => row.run),
    [run],
  )
  const all = await runsAround(own, { ...around, scope: 'everything', value: '', most: 1 })
  assert.deepEqual([all.runs.map((row) => row.run), all.isCut], [[run], true])
  const onNoted = await openIncident(own, wanted(noted, { scope: { scope: 'tool', value: 'request_refund' } }))
  assert.deepEqual(
    onNoted.pinned.runs.map((row) => row.run),
    [run, noted],
    'the run that it was opened on is pinned, whatever its scope',
  )
  const { incident } = await openIncident(own, wanted(run, { scope: { scope: 'tool', value: 'request_refund' } }))
  const { timeline } = await readIncident(own, incident)
  assert.equal(timeline.filter(({ what }) => / put in force for refunds$/.test(what)).length, 2)
})

test('an incident never lets through what a stop before it held back', async () => {
  await using house = await refundHouse()
  const { house: own } = house.runtime
  const { run } = await house.play([refund('in_1'), say('done')])
  const levels = async () => {
    const { stops } = await own.ledger.find(own.tenant, { stops: { read: 'stops' } })
    return stops.map(({ stop, level }) => [stop, level])
  }
  await house.stop({ scope: 'agent', value: 'refunds', level: 'abort' })
  await openIncident(own, wanted(run))
  assert.deepEqual(await levels(), [['dev:agent:refunds', 'abort']])
  await house.stop({ scope: 'agent', value: 'refunds', level: 'draft' })
  await openIncident(own, wanted(run))
  assert.deepEqual(await levels(), [['dev:agent:refunds', 'observe']])
})

test('runs that had ended long before do not belong to it, and one that was still at work does', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { require_approval_over_usd: 50 } } } })
  const { house: own } = house.runtime
  await house.play([refund('in_1'), say('done')])
  const waiting = await house.start([refund('in_3', '60.00'), say('done')])
  const asked = await house.settled(waiting)
  assert.ok(asked.status === 'waiting')
  await house.clock.skip(3 * hour)
  const { run } = await house.play([refund('in_5'), say('done')])
  await house.answer(asked.approvals[0].id, { type: 'grant' })
  await house.settled(waiting)
  const { pinned } = await openIncident(own, wanted(run))
  assert.deepEqual(
    pinned.runs.map((row) => row.run),
    [run, waiting],
  )
})

test('what was sent under a stop, because people signed it, is counted', async () => {
  await using house = await refundHouse()
  const { house: own } = house.runtime
  const { run } = await house.play([refund('in_1'), say('done')])
  const { incident } = await openIncident(own, wanted(run, { level: 'draft' }))
  const later = await house.start([refund('in_3'), say('done')])
  const asked = await house.settled(later)
  assert.ok(asked.status === 'waiting')
  await house.answer(asked.approvals[0].id, { type: 'grant' })
  await house.settled(later)
  assert.equal((await readIncident(own, incident)).stopped.sentUnderIt, 1)
})

test('a run that there is not opens nothing and stops nothing', async () => {
  await using house = await refundHouse()
  const { house: own } = house.runtime
  await assert.rejects(openIncident(own, wanted('run_none')), { code: 'run_not_found' })
  const { stops } = await own.ledger.find(own.tenant, { stops: { read: 'stops' } })
  assert.deepEqual(stops, [])
})
