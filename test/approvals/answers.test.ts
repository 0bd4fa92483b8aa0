/** How each answer to a question ends, for the person, for the agent and for the vendor. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, test } from 'node:test'
import { databases } from './place.ts'
import { spawnProgram } from './spawn-program.ts'
import { endOf, openStory } from './story.ts'

const refund = { invoice: 'in_93K2', amount: '49.00' }
const [fay, gus, rita] = ['fay@acme.example', 'gus@acme.example', 'rita@acme.example']

for (const database of databases) {
  describe(`answers to questions on ${database}`, { concurrency: 3 }, () => {
    test('of 50 racing grants from five processes one wins, and the vendor sees one write', async (t) => {
      const signers = Array.from({ length: 50 }, (_, index) => `person-${index}@acme.example`)
      const story = await openStory(t, database, {}, { finance: signers })
      await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      const program = path.join(import.meta.dirname, 'granting-process.ts')
      const hands = await Promise.all(
        [0, 1, 2, 3, 4].map((hand) =>
          spawnProgram(story.ends, program, {
            place: story.names,
            approval,
            signers: signers.slice(hand * 10, hand * 10 + 10),
          }),
        ),
      )
      for (const { tell } of hands) tell('go')
      const codes = (await Promise.all(hands.map(({ saying }) => saying('done')))).flatMap(({ codes = [] }) => codes)

      assert.equal(codes.filter((code) => code === null).length, 1)
      assert.equal(codes.filter((code) => code === 'approval_already_settled').length, 49)
      assert.equal((await endOf(run)).status, 'done')
      assert.deepEqual([story.refunds().length, story.sent().length], [1, 1])
    })

    test('a second grant says that the question is settled, and sends nothing', async (t) => {
      const story = await openStory(t, database)
      await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      assert.equal((await story.grant(approval, fay)).exit, 0)
      await endOf(run)

      for (const by of [fay, gus]) {
        const again = await story.grant(approval, by)
        assert.deepEqual([again.exit, again.code], [10, 'approval_already_settled'])
      }
      assert.deepEqual([story.refunds().length, story.sent().length], [1, 1])
    })

    test('a grant after the time is over says so, and silence is neither a yes nor a no to the agent', async (t) => {
      const story = await openStory(t, database, { expiresIn: '4s' })
      const engine = await story.engine()
      const run = await story.start({ ...refund, insists: true })
      const approval = await story.question(run)
      // With nobody there to notice that the time is over, the late grant is what finds it.
      await engine.kill()
      await story.isOver(approval)
      const late = await story.grant(approval)
      assert.deepEqual([late.exit, late.code], [10, 'approval_expired'])
      assert.deepEqual((await story.typesOf(`approval/${approval}`)).slice(1), ['approval.expired'])

      await story.engine()
      const { status, code, told } = await endOf(run)
      assert.deepEqual([status, code], ['denied', 'denied_before'])
      assert.match(told, /approval_expired.*neither a yes nor a no.*denied_before/)
      const later = await story.grant(approval)
      assert.deepEqual([later.exit, later.code], [10, 'approval_expired'])
      assert.deepEqual(story.sent(), [])
    })

    test('D12 a grant of facts that have changed sends nothing: it is superseded, and people are asked anew', async (t) => {
      const story = await openStory(t, database)
      await story.engine()
      const run = await story.start(refund)
      const first = await story.question(run)
      await story.desk.refund('in_93K2', { minor: 2000, currency: 'usd' })
      assert.equal((await story.grant(first)).exit, 0, 'nobody knows yet')

      const second = await story.question(run, first)
      assert.deepEqual(await story.bodyOf(first, 'approval.superseded'), {
        approval: first,
        code: 'approval_superseded',
      })
      const stale = await story.grant(first, gus)
      assert.deepEqual([stale.exit, stale.code], [10, 'approval_already_settled'])
      assert.deepEqual(story.sentByAgent(), [])

      assert.equal((await story.grant(second, gus)).exit, 0)
      assert.equal((await endOf(run)).status, 'done')
      assert.equal(story.sentByAgent().length, 1)
    })

    test('D12 an answer to a question that was shown before it changed is refused', async (t) => {
      const story = await openStory(t, database)
      await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      const refused = await story.charter(
        'approval',
        'grant',
        approval,
        '--as',
        fay,
        '--yes',
        '--digest',
        'hmac-of-another',
      )
      assert.deepEqual([refused.exit, refused.code], [10, 'approval_stale'])
      assert.deepEqual(await story.typesOf(`approval/${approval}`), ['approval.requested'])
    })

    test('D12 a grant of what the facts refuse by now is cancelled with the reason, and the agent is told it', async (t) => {
      const story = await openStory(t, database)
      await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      await story.desk.refund('in_93K2', { minor: 12_000, currency: 'usd' })
      assert.equal((await story.grant(approval)).exit, 0, 'nobody knows yet')

      const { status, code, told } = await endOf(run)
      assert.deepEqual([status, code], ['denied', 'denied_by_check'])
      assert.match(told, /denied_by_check.*more than was paid/)
      assert.deepEqual(await story.bodyOf(approval, 'approval.cancelled'), { approval, code: 'denied_by_check' })
      const again = await story.grant(approval, gus)
      assert.deepEqual([again.exit, again.code], [10, 'approval_already_settled'])
      assert.deepEqual(story.sentByAgent(), [])
    })

    test('D12 an edit is a new question under a new digest: its editor signs first, and the original is not done', async (t) => {
      const story = await openStory(t, database, { count: 2 })
      await story.engine()
      const run = await story.start({ ...refund, insists: true })
      const first = await story.question(run)
      await story.answer(first, gus)
      const edit = JSON.stringify({ invoice: 'in_93K2', amount: '25.00', reason: 'the lid alone' })
      const edited = await story.charter('approval', 'edit', first, '--as', fay, '--yes', '--arguments', edit)
      assert.deepEqual([edited.exit, edited.document.status], [0, 'edited'])

      const second = await story.question(run, first)
      const asked = await story.bodyOf(second, 'approval.requested')
      assert.deepEqual(asked.signatures, [{ by: fay, group: 'finance' }], 'the signature of the original fell')
      assert.notEqual(asked.digest, (await story.bodyOf(first, 'approval.requested')).digest)
      const again = await story.grant(first, gus)
      assert.deepEqual([again.exit, again.code], [10, 'approval_already_settled'])
      const twice = await story.grant(second, fay)
      assert.deepEqual([twice.exit, twice.code], [4, 'approver_not_allowed'])

      assert.equal((await story.grant(second, gus)).exit, 0)
      const { told } = await endOf(run)
      assert.match(told, /denied_before/, 'the original is blocked for the rest of the run')
      assert.deepEqual(
        story.refunds().map(({ amount_minor, text }) => [amount_minor, text]),
        [[2500, 'the lid alone']],
      )
    })

    test('two signatures are two people, none of them the one for whom the agent acts', async (t) => {
      const story = await openStory(t, database, { count: 2 })
      await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      assert.deepEqual(await codesOf([story.grant(approval, rita), story.grant(approval, 'sam@acme.example')]), [
        [4, 'approver_not_allowed'],
        [4, 'approver_not_allowed'],
      ])
      assert.equal((await story.grant(approval, fay)).document.status, 'pending')
      assert.deepEqual(await codesOf([story.grant(approval, fay), story.grant(approval, 'FAY@acme.example')]), [
        [4, 'approver_not_allowed'],
        [4, 'approver_not_allowed'],
      ])
      assert.deepEqual(story.sent(), [])

      assert.equal((await story.grant(approval, gus)).document.status, 'granted')
      assert.equal((await endOf(run)).status, 'done')
      assert.equal(story.refunds().length, 1)
    })

    test('one no is enough: the agent is told why, and the same refund is not asked again in its run', async (t) => {
      const story = await openStory(t, database, { count: 2 })
      await story.engine()
      const run = await story.start({ ...refund, insists: true })
      const approval = await story.question(run)
      await story.answer(approval, fay)
      const denied = await story.charter('approval', 'deny', approval, '--as', gus, '--reason', 'refunded in March')
      assert.deepEqual([denied.exit, denied.document.status], [0, 'denied'])
      const { status, code, told } = await endOf(run)
      assert.deepEqual([status, code], ['denied', 'denied_before'])
      assert.match(told, /approval_denied.*refunded in March.*denied_before/)
      const late = await story.grant(approval, rita)
      assert.deepEqual([late.exit, late.code], [10, 'approval_already_settled'])
      assert.deepEqual(story.sent(), [])
    })
  })
}

const codesOf = async (said: readonly Promise<{ exit: number; code: string | undefined }>[]) =>
  (await Promise.all(said)).map(({ exit, code }) => [exit, code])
