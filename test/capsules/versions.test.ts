/** Files that were handed over by an earlier Charter: each is checked, opened and replayed by this one. */
import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { openCapsule } from '../../src/capsules/check-capsule.ts'
import { checkEvidence } from '../../src/capsules/check-evidence.ts'
import { replayCapsule } from '../../src/capsules/replay-capsule.ts'
import { refundTools } from '../refund-tools.ts'
import { openPage } from './open-page.ts'
import { projectOf } from './stories.ts'

const folder = path.join(import.meta.dirname, 'versions')
const read = (name: string) => readFileSync(path.join(folder, name))
const keyOf = (name: string) => createPublicKey(read(`${name.split('-')[0]}-ledger.pub`))
const files = (ending: string) => readdirSync(folder).filter((name) => name.endsWith(ending))

test('files of every version so far are kept', () => {
  assert.ok(files('.capsule').length >= 3)
  assert.ok(files('.html').length >= 1)
})

for (const name of files('.capsule'))
  test(`L9 the capsule ${name} still replays the same, with the tools and without them`, async () => {
    const capsule = await openCapsule(read(name), keyOf(name))
    const tools = new Map(refundTools('http://127.0.0.1:1').map((tool) => [tool.name, tool]))
    assert.equal((await replayCapsule(capsule)).replay.verdict, 'same')
    assert.equal((await replayCapsule(capsule, projectOf(tools))).replay.verdict, 'same')
  })

for (const name of files('.html'))
  test(`L5 the evidence ${name} still holds, by its own script and by the command`, async () => {
    assert.ok((await openPage(read(name).toString())).holds)
    assert.deepEqual((await checkEvidence(read(name), keyOf(name))).problems, [])
  })
