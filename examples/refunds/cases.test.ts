import assert from 'node:assert/strict'
import { test } from 'node:test'
import { say } from '../../src/cli/terminal-for-tests.ts'

test('the page of the refunds example says what its cases expect', async () => {
  const { exit, out, err } = await say({ cwd: import.meta.dirname }, 'policy', 'test')
  assert.equal(exit, 0, out + err)
  assert.match(out, /^billing\.cases\.yaml: 10 of 10 as expected$/m)
})
