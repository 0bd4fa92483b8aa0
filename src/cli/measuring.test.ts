import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyFacts } from '../measures/facts-for-tests.ts'
import { newCall } from './call.ts'
import { measureNamed, measuringOf } from './measuring.ts'
import { paintFor } from './paint.ts'
import { emptyFolder, root } from './project-for-tests.ts'
import { scriptedTerminal } from './terminal-for-tests.ts'

const snippet = path.join(root, 'docs/snippets/measures/charter.config.ts')

function callIn(cwd: string) {
  const terminal = scriptedTerminal({ cwd }, { out: '', err: '' })
  return newCall({ terminal, json: true, paint: paintFor(terminal.out, {}, false), typed: 'charter report' })
}

test('the configuration of the docs says what people and calls cost, and has metrics of its own', async () => {
  const { costs, measures } = await measuringOf(callIn(root), { config: snippet })
  assert.deepEqual(costs, { peoplePerHour: 48_000_000, msPerSignature: 120_000, toolFees: { get_parcel: 2_000 } })
  assert.deepEqual(
    measures.slice(-2).map(({ name }) => name),
    ['csat', 'cheap_runs'],
  )
  const cheap = measureNamed(measures, 'cheap_runs', '--runs')
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const counted = cheap.of === 'run' ? cheap.count(facts) : assert.fail('it is of runs')
      assert.deepEqual(counted, { numerator: facts.cost.model < 50_000 ? 1 : 0, denominator: 1 })
    }),
  )
})

test('a fee of a tool that no agent has is refused, with the nearest name', async () => {
  const folder = emptyFolder()
  const file = path.join(folder, 'charter.config.ts')
  const text = `import config from '${snippet}'\nexport default { ...config, costs: { toolFeesUsd: { get_parcels: '1' } } }\n`
  writeFileSync(file, text)
  await assert.rejects(measuringOf(callIn(folder), { config: file }), {
    code: 'config_invalid',
    hint: 'did you mean `get_parcel`?',
  })
})

test('without a configuration nothing of people is measured, and no fee is made up', async () => {
  const { costs } = await measuringOf(callIn(emptyFolder()), { config: undefined })
  assert.deepEqual(costs, { msPerSignature: 0, toolFees: {} })
})
