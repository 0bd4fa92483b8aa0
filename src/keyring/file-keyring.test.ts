import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemRandomness } from '../ids.ts'
import { verifySignature } from '../ledger/checkpoint.ts'
import { openFileKeyring } from './file-keyring.ts'
import type { DataKey } from './keyring.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(tmpdir(), 'charter-keyring-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function keyringIn(t: TestContext, file = path.join(folder(t), 'keys', 'keyring.sqlite')) {
  const keyring = openFileKeyring({ file, random: systemRandomness, waitMs: 100 })
  t.after(() => keyring.close())
  return { keyring, file }
}

const own = (key: DataKey, stream: string, ofClass = 'input') => ({
  id: key.id,
  tenant: 'default',
  stream,
  class: ofClass,
})

/** All that stands on the disk: the file and its log. */
function onDisk(file: string): Buffer {
  const parts = [file, `${file}-wal`, `${file}-journal`].filter((part) => existsSync(part))
  return Buffer.concat(parts.map((part) => readFileSync(part)))
}

test('the file is readable by its owner alone, its log too', async (t) => {
  const { keyring, file } = keyringIn(t)
  await keyring.reserve(1)
  for (const part of [file, `${file}-wal`]) assert.equal(statSync(part).mode & 0o777, 0o600, part)
})

test('L6 keys and tenant keys come back after the file is closed and opened again', async (t) => {
  const { keyring, file } = keyringIn(t)
  const [key] = await keyring.reserve(3)
  await keyring.assign([own(key!, 'run/a')])
  const before = { tenant: await keyring.tenantKeys('default'), signing: await keyring.signingKey() }
  await keyring.close()

  const again = keyringIn(t, file).keyring
  const [kept] = await again.keysOf('default', 'run/a')
  assert.deepEqual([kept?.id, kept?.class], [key!.id, 'input'])
  assert.ok(kept?.key?.equals(key!.key))
  assert.ok((await again.tenantKeys('default')).pseudonym.equals(before.tenant.pseudonym))
  assert.ok(!(await again.tenantKeys('default')).digest.equals(before.tenant.pseudonym))
  assert.ok(!(await again.tenantKeys('other')).pseudonym.equals(before.tenant.pseudonym))
  assert.equal((await again.signingKey()).keyId, before.signing.keyId)
})

test('L6 what the signing key signs, its public key verifies', async (t) => {
  const signer = await keyringIn(t).keyring.signingKey()
  const signature = Buffer.from(await signer.sign(Buffer.from('text'))).toString('base64')
  assert.ok(verifySignature(Buffer.from('text'), signature, signer.publicKey))
  assert.ok(!verifySignature(Buffer.from('other'), signature, signer.publicKey))
})

test('L6 an erased key is nowhere in the file or its log, and the keys beside it still are', async (t) => {
  const { keyring, file } = keyringIn(t)
  const keys = [...(await keyring.reserve(400)), ...(await keyring.reserve(400))]
  const streamOf = (i: number) => `run/run_${i % 40}`
  for (const [i, key] of keys.entries()) await keyring.assign([own(key, streamOf(i), `class-${i % 3}`)])
  const isErased = (i: number) => streamOf(i) === 'run/run_7' || (streamOf(i) === 'run/run_8' && i % 3 === 1)
  const before = onDisk(file)
  for (const key of keys) assert.ok(before.includes(key.key.export()), 'the search must be able to find a key')

  assert.equal(await keyring.erase('default', 'run/run_7'), 20)
  await keyring.erase('default', 'run/run_8', 'class-1')
  const after = onDisk(file)
  for (const [i, key] of keys.entries()) assert.equal(after.includes(key.key.export()), !isErased(i), `key ${i}`)
  assert.ok((await keyring.keysOf('default', 'run/run_7')).every(({ key }) => key === undefined))
  assert.equal((await keyring.keysOf('default', 'run/run_9')).filter(({ key }) => key).length, 20)
  assert.equal(await keyring.erase('default', 'run/run_7'), 0)
})

test('L6 a key that a crash left without an owner is erased when a payload names it, and nobody else’s is', async (t) => {
  const { keyring, file } = keyringIn(t)
  const [orphan, other] = await keyring.reserve(2)
  await keyring.assign([own(other!, 'run/other')])
  assert.equal(await keyring.erase('default', 'run/a', 'input', [orphan!.id, other!.id]), 1)
  assert.ok(!onDisk(file).includes(orphan!.key.export()))
  assert.ok(onDisk(file).includes(other!.key.export()))
  assert.deepEqual(await keyring.spares(), [])
})

test('L6 a reader in the way of erasing is named as trouble, never passed over', async (t) => {
  const { keyring, file } = keyringIn(t)
  const [key] = await keyring.reserve(1)
  await keyring.assign([own(key!, 'run/a')])
  const reader = new DatabaseSync(file)
  t.after(() => reader.close())
  reader.exec('begin; select count(*) from data_keys')
  reader.prepare('select count(*) from data_keys').get()
  await assert.rejects(keyring.erase('default', 'run/a'), { code: 'keyring_unavailable', hint: /erase again/ })
  reader.exec('commit')
  await keyring.erase('default', 'run/a')
  assert.ok(!onDisk(file).includes(key!.key.export()))
})

test('L6 keys are on the disk before they are handed out: a killed process loses none', async (t) => {
  const file = path.join(folder(t), 'keyring.sqlite')
  const script = `
    import { openFileKeyring } from ${JSON.stringify(path.join(import.meta.dirname, 'file-keyring.ts'))}
    import { systemRandomness } from ${JSON.stringify(path.join(import.meta.dirname, '../ids.ts'))}
    const keyring = openFileKeyring({ file: ${JSON.stringify(file)}, random: systemRandomness })
    const keys = await keyring.reserve(64)
    process.stdout.write(JSON.stringify(keys.map(({ id, key }) => [id, key.export().toString('hex')])) + '\\n')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told] = await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const spares = await keyringIn(t, file).keyring.spares()
  assert.deepEqual(
    spares.map(({ id, key }) => [id, key.export().toString('hex')]),
    JSON.parse(String(told)),
  )
})

test('several processes open one keyring at once, and no key is given to two', async (t) => {
  const file = path.join(folder(t), 'keyring.sqlite')
  const script = `
    import { openFileKeyring } from ${JSON.stringify(path.join(import.meta.dirname, 'file-keyring.ts'))}
    import { systemRandomness } from ${JSON.stringify(path.join(import.meta.dirname, '../ids.ts'))}
    const keyring = openFileKeyring({ file: ${JSON.stringify(file)}, random: systemRandomness })
    const ids = []
    for (let i = 0; i < 10; i++) ids.push(...(await keyring.reserve(8)).map(({ id }) => id))
    const { pseudonym } = await keyring.tenantKeys('default')
    process.stdout.write(JSON.stringify({ ids, key: pseudonym.export().toString('hex') }))`
  const answers = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const text = await child.stdout.setEncoding('utf8').toArray()
      return JSON.parse(text.join(''))
    }),
  )
  const ids = answers.flatMap((answer) => answer.ids)
  assert.equal(ids.length, 240)
  assert.equal(new Set(ids).size, 240)
  assert.equal(new Set(answers.map((answer) => answer.key)).size, 1)
})

test('a keyring in memory leaves no file, and erases too', async (t) => {
  const before = existsSync(':memory:')
  const { keyring } = keyringIn(t, ':memory:')
  const [key] = await keyring.reserve(1)
  await keyring.assign([own(key!, 'run/a')])
  assert.equal(await keyring.erase('default', 'run/a'), 1)
  assert.equal(existsSync(':memory:'), before)
})

test('a file that is no keyring is refused with its name', (t) => {
  const file = path.join(folder(t), 'notes.txt')
  writeFileSync(file, 'not a database, but long enough to be read as one'.repeat(20))
  assert.throws(() => openFileKeyring({ file, random: systemRandomness }), {
    code: 'keyring_unavailable',
    message: /notes\.txt/,
  })
})
