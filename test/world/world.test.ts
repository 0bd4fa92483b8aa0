/** Some worlds in every run of the tests, and every seed that ever found something. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { drawPlan } from './draw-plan.ts'
import { openKit } from './kit.ts'
import { knownSeeds } from './known-seeds.ts'
import { play } from './play.ts'
import { shrink } from './shrink.ts'
import { tell } from './tell.ts'

const kit = openKit()
after(() => kit[Symbol.dispose]())

const seeds = 120

test(`L3 L4 D4 D5 D8 ${seeds} worlds of random runs and faults: nothing lost, nothing twice, nothing after a stop`, async () => {
  for (let seed = 1; seed <= seeds; seed++) await playQuietly(String(seed))
})

test('a seed that found something once finds nothing any more', async () => {
  for (const { seed } of knownSeeds) await playQuietly(seed)
})

test('the same seed is the same world, to the last call of a port', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const [first, second] = [await play(drawPlan(String(seed)), kit), await play(drawPlan(String(seed)), kit)]
    assert.equal(first.trace, second.trace, `seed ${seed}`)
    assert.ok(first.steps > 20)
  }
})

/** A seed that fails is told as the smallest plan that fails in the same way. */
async function playQuietly(seed: string): Promise<void> {
  const plan = drawPlan(seed)
  const { violation } = await play(plan, kit)
  if (!violation) return
  const small = await shrink(plan, violation.rule, kit)
  assert.fail(tell(small, await play(small, kit, { keepsLines: true })))
}
