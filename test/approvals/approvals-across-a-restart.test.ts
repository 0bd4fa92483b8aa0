/** Engines are killed while people think, and after they have answered: the vendor writes once, whatever happens. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { databases } from './place.ts'
import type { Halt } from './refund-agent.ts'
import { endOf, openStory, type Story } from './story.ts'

const refund = { invoice: 'in_93K2', amount: '49.00' }
const vendorPath = '/refunds'
const sayFault = { delay: 'and has not written it', commit_then_delay: 'and has written it' }
const say = (halt: Halt): string => (halt === 'before_send' ? 'between dispatch and send' : 'with the answer in hand')

for (const database of databases) {
  describe(`engines killed on ${database}`, { concurrency: 3 }, () => {
    test('L2 a grant from another process wakes the run in the next engine, when its engine was killed while it waited', async (t) => {
      const story = await openStory(t, database)
      const first = await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      await first.kill()

      const granted = await story.grant(approval)
      assert.deepEqual([granted.exit, granted.document.status], [0, 'granted'])
      assert.deepEqual(story.sent(), [], 'nobody is there to send it')

      await story.engine()
      assert.equal((await endOf(run)).status, 'done')
      assertWrittenOnce(story)
      await assertCopied(story, run.id, approval)
    })

    test('L2 a grant from another process wakes the run in an engine that was there before it', async (t) => {
      const story = await openStory(t, database)
      const first = await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      await first.kill()

      await story.engine()
      await story.grant(approval)
      assert.equal((await endOf(run)).status, 'done')
      assertWrittenOnce(story)
      await assertCopied(story, run.id, approval)
    })

    test('D4 an engine that is killed between grant and dispatch has sent nothing, and the next one sends once', async (t) => {
      const story = await openStory(t, database)
      const first = await story.engine()
      const run = await story.start(refund)
      const approval = await story.question(run)
      // Facts are gathered again after the wait, and the desk does not answer.
      const looked = story.looks()
      await story.setFault({ method: 'GET', path: '/invoices/*', fault: 'hang' })
      await story.answer(approval, 'fay@acme.example')
      await story.until(() => story.looks() > looked)
      await first.kill()
      assert.deepEqual(story.sent(), [])

      await story.clearFaults()
      await story.engine()
      assert.equal((await endOf(run)).status, 'done')
      assertWrittenOnce(story)
      assert.equal(await story.attempts(run), 1)
    })

    for (const [halt, arrived] of [
      ['before_send', 0],
      ['after_answer', 1],
    ] as const satisfies readonly [Halt, number][]) {
      test(`D4 an engine that is killed ${say(halt)} leaves the next one to send again under the same key`, async (t) => {
        const story = await openStory(t, database)
        const first = await story.engine(halt)
        const run = await story.start(refund)
        await story.answer(await story.question(run), 'fay@acme.example')
        await first.saying(halt)
        await story.event(`run/${run.id}`, 'effect.dispatched')
        await first.kill()
        assert.equal(story.sent().length, arrived)

        await story.engine()
        assert.equal((await endOf(run)).status, 'done')
        assertWrittenOnce(story)
        assert.equal(await story.attempts(run), 2)
      })
    }

    for (const fault of ['delay', 'commit_then_delay'] as const) {
      test(`D4 an engine that is killed while the vendor has the write, ${sayFault[fault]}, sends again and it is written once`, async (t) => {
        const story = await openStory(t, database)
        const first = await story.engine()
        await story.setFault({ method: 'POST', path: vendorPath, fault, ms: 500, times: 1 })
        const run = await story.start(refund)
        await story.answer(await story.question(run), 'fay@acme.example')
        await story.until(() => story.sent().length === 1)
        await first.kill()

        await story.engine()
        assert.equal((await endOf(run)).status, 'done')
        await story.until(() => story.sent().length === 2 && story.refunds().length === 1)
        assertWrittenOnce(story)
        assert.equal(await story.attempts(run), 2)
      })
    }

    test('D12 a grant is used up by its effect and not by an attempt: an engine killed at every send needs no second one', async (t) => {
      const story = await openStory(t, database)
      const first = await story.engine('before_send')
      const run = await story.start(refund)
      const approval = await story.question(run)
      await story.answer(approval, 'fay@acme.example')
      await first.saying('before_send')
      await first.kill()
      const second = await story.engine('before_send')
      await second.saying('before_send')
      await second.kill()
      await story.engine()

      assert.equal((await endOf(run)).status, 'done')
      assertWrittenOnce(story)
      assert.equal(await story.attempts(run), 3)
      const types = await story.typesOf(`approval/${approval}`)
      assert.equal(types.filter((type) => type === 'approval.consumed').length, 1)
    })
  })
}

/** One write, under one key, however often it arrived. */
function assertWrittenOnce(story: Story): void {
  const keys = new Set(story.sent().map(({ idempotency_key: key }) => key))
  assert.deepEqual([story.refunds().length, keys.size, keys.has(null)], [1, 1, false])
}

/** The person wrote into the approval's stream; only an engine wrote what came of it into the run's. */
async function assertCopied(story: Story, run: string, approval: string): Promise<void> {
  const granted = await story.event(`approval/${approval}`, 'approval.granted')
  const woken = await story.event(`run/${run}`, 'run.woken')
  assert.equal(granted.actor, 'fay@acme.example')
  assert.deepEqual([woken.body.id, woken.body.outcome, woken.body.digest], [approval, 'granted', granted.body.digest])
  const [, ...later] = await story.eventsOf(`run/${run}`)
  assert.deepEqual(
    later.filter(({ actor }) => !actor.startsWith('engine:')),
    [],
  )
}
