/** What is measured of worlds of crashes, recoveries and stops: no fault is found that the witness does not know of. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { openHouse } from '../../src/create-runtime.ts'
import { noCosts } from '../../src/measures/costs.ts'
import { readFacts } from '../../src/measures/read-facts.ts'
import type { RunFacts } from '../../src/measures/run-facts.ts'
import { drawPlan } from './draw-plan.ts'
import { ledgerFile } from './files.ts'
import { openKit } from './kit.ts'
import { play } from './play.ts'

const kit = openKit()
after(() => kit[Symbol.dispose]())

const seeds = 12

test(`${seeds} worlds of faults: every write is counted once, no rule is found broken, every action has its story`, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'measured-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  let resent = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const home = path.join(folder, String(seed))
    const { effects } = await play(drawPlan(String(seed)), kit, { keepIn: home })
    const runs = await factsIn(home)
    const tools = runs.flatMap((run) => Object.values(run.tools))
    const total = (name: 'effects' | 'resent' | 'told' | 'ofEnded') => tools.reduce((sum, tool) => sum + tool[name], 0)
    assert.equal(total('effects'), effects, `seed ${seed}`)
    assert.equal(total('told'), total('ofEnded'), `seed ${seed}`)
    const found = new Set(runs.flatMap(({ faults }) => faults))
    found.delete('unknown_effect')
    assert.deepEqual([...found], [], `seed ${seed}`)
    resent += total('resent')
  }
  assert.ok(resent > 0, 'nothing was ever sent again')
})

async function factsIn(home: string): Promise<readonly RunFacts[]> {
  const ledger = path.join(home, ledgerFile)
  const house = await openHouse({ ledger, keyring: path.join(home, '.charter', 'keyring.db') })
  try {
    return await Array.fromAsync(readFacts(house, { costs: noCosts }))
  } finally {
    await house.close()
  }
}
