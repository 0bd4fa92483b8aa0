import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandomness } from '../ids.ts'
import { openFileKeyring } from '../keyring/file-keyring.ts'
import { seal } from '../keyring/seal.ts'
import { readablePayloads } from './open-keys.ts'

const place = { tenant: 'default', stream: 'run/run_1', n: 1, class: 'result' }
const payload = (key: Parameters<typeof seal>[0]) => ({
  ...place,
  ciphertext: seal(key, place, 'content', new Uint8Array(12)),
})

test('the key of a process that ended before it wrote down whose the key was still opens what it sealed', async () => {
  const keyring = await openFileKeyring({ file: ':memory:', random: systemRandomness })
  const [key, other] = await keyring.reserve(2)
  assert.ok(key && other)
  const readable = readablePayloads(keyring, 'default', () => true)
  assert.equal((await readable.of('run/run_1', [payload(key)])).length, 1)
  assert.deepEqual(
    readable.keys().map(({ id }) => id),
    [key.id],
  )
  await keyring.close()
})

test('L6 what was erased is left out, and so is what is not to be shown', async () => {
  const keyring = await openFileKeyring({ file: ':memory:', random: systemRandomness })
  const [key] = await keyring.reserve(1)
  assert.ok(key)
  await keyring.assign([{ id: key.id, ...place }])
  const hidden = readablePayloads(keyring, 'default', ({ class: ofClass }) => ofClass !== 'result')
  assert.deepEqual([await hidden.of('run/run_1', [payload(key)]), hidden.keys()], [[], []])
  await keyring.erase('default', 'run/run_1')
  const erased = readablePayloads(keyring, 'default', () => true)
  assert.deepEqual([await erased.of('run/run_1', [payload(key)]), erased.keys()], [[], []])
  await keyring.close()
})
