import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemRandomness } from '../ids.ts'
import { openFileKeyring } from './file-keyring.ts'
import { createSealer } from './sealer.ts'

async function sealers(t: TestContext) {
  const made = mkdtempSync(path.join(tmpdir(), 'charter-sealer-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  const file = path.join(made, 'keyring.sqlite')
  const openOne = async (tenant = 'default', mostStreams?: number) => {
    const keyring = openFileKeyring({ file, random: systemRandomness })
    t.after(() => keyring.close())
    const sealer = await createSealer({
      keyring,
      tenant,
      random: systemRandomness,
      ...(mostStreams && { mostStreams }),
    })
    return { keyring, sealer }
  }
  return { file, openOne, ...(await openOne()) }
}

test('L6 a payload opens again in another process, and its reference names the hash of the ciphertext', async (t) => {
  const { sealer, openOne } = await sealers(t)
  await sealer.prepare('run/a')
  const { payload, ref } = sealer.seal('run/a', 1, 'arguments', { invoice: 'in_93K2' })
  assert.deepEqual([ref.n, ref.class, ref.sha256.length], [1, 'arguments', 64])
  assert.deepEqual(sealer.open(payload), { invoice: 'in_93K2' })
  await sealer.close()

  const reader = (await openOne()).sealer
  await reader.prepare('run/a')
  assert.deepEqual(reader.open(payload), { invoice: 'in_93K2' })
})

test('L6 each stream and each retention class has a key of its own', async (t) => {
  const { sealer, keyring } = await sealers(t)
  for (const stream of ['run/a', 'run/b']) {
    await sealer.prepare(stream)
    for (let n = 1; n <= 3; n++) for (const ofClass of ['input', 'facts']) sealer.seal(stream, n, ofClass, n)
    await sealer.prepare(stream)
  }
  const owned = [...(await keyring.keysOf('default', 'run/a')), ...(await keyring.keysOf('default', 'run/b'))]
  assert.deepEqual(owned.map((key) => key.class).sort(), ['facts', 'facts', 'input', 'input'])
  assert.equal(new Set(owned.map(({ key }) => key?.export().toString('hex'))).size, 4)
})

test('L6 an erased class is gone for every reader, and the other classes still open', async (t) => {
  const { sealer, openOne } = await sealers(t)
  await sealer.prepare('run/a')
  const prompt = sealer.seal('run/a', 1, 'prompt', 'hello').payload
  const result = sealer.seal('run/a', 2, 'result', 'kept').payload
  const other = (await openOne()).sealer
  await other.prepare('run/a')
  assert.equal(await other.erase('run/a', 'prompt', [prompt]), 1)
  for (const reader of [other, sealer]) {
    await reader.prepare('run/a')
    assert.throws(() => reader.open(prompt), { code: 'payload_erased' })
    assert.equal(reader.open(result), 'kept')
  }
  const anew = sealer.seal('run/a', 3, 'prompt', 'said after').payload
  assert.equal(sealer.open(anew), 'said after')
})

test('L6 a crash between sealing and writing down whose the key is loses nothing that was sealed', async (t) => {
  const { file, openOne } = await sealers(t)
  const from = (name: string) => JSON.stringify(path.join(import.meta.dirname, name))
  const script = `
    import { writeSync } from 'node:fs'
    import { openFileKeyring } from ${from('file-keyring.ts')}
    import { createSealer } from ${from('sealer.ts')}
    import { systemRandomness as random } from ${from('../ids.ts')}
    const sealer = await createSealer({ keyring: openFileKeyring({ file: process.argv[1], random }), tenant: 'default', random })
    await sealer.prepare('run/a')
    const { payload } = sealer.seal('run/a', 1, 'input', 'sealed at the last moment')
    writeSync(1, Buffer.from(payload.ciphertext).toString('base64'))
    process.kill(process.pid, 'SIGKILL')`
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, file])
  assert.equal(signal, 'SIGKILL')
  const payload = { stream: 'run/a', n: 1, class: 'input', ciphertext: Buffer.from(String(stdout), 'base64') }

  const { sealer, keyring } = await openOne()
  assert.deepEqual(await keyring.keysOf('default', 'run/a'), [])
  await sealer.prepare('run/a')
  assert.equal(sealer.open(payload), 'sealed at the last moment')
  await sealer.prepare('run/a')
  assert.equal((await keyring.keysOf('default', 'run/a')).length, 1)
  assert.equal(await sealer.erase('run/a'), 1)
})

test('L6 content of another tenant does not open', async (t) => {
  const { sealer, openOne } = await sealers(t)
  await sealer.prepare('run/a')
  const { payload } = sealer.seal('run/a', 1, 'input', 'ours')
  await sealer.close()
  const theirs = (await openOne('other')).sealer
  await theirs.prepare('run/a')
  assert.throws(() => theirs.open(payload), { code: 'keyring_unavailable' })
  assert.notEqual(theirs.pseudonym('customer', 'ada'), sealer.pseudonym('customer', 'ada'))
  assert.notEqual(theirs.digest({ a: 1 }), sealer.digest({ a: 1 }))
})

test('equal values have one digest, whatever the order of their members', async (t) => {
  const { sealer } = await sealers(t)
  assert.equal(sealer.digest({ a: 1, b: [2] }), sealer.digest({ b: [2], a: 1 }))
  assert.notEqual(sealer.digest({ a: 1 }), sealer.digest({ a: 2 }))
})

test('a stream is prepared before it is sealed, and only so many stay at hand', async (t) => {
  const { openOne } = await sealers(t)
  const { sealer } = await openOne('default', 2)
  for (const stream of ['run/a', 'run/b', 'run/c']) await sealer.prepare(stream)
  assert.throws(() => sealer.seal('run/a', 1, 'input', 1), { code: 'internal', hint: /prepare/ })
  sealer.seal('run/b', 1, 'input', 1)
  sealer.seal('run/c', 1, 'input', 1)
})

test('more keys are made before the last is used, and what was not used is given back', async (t) => {
  const { sealer, keyring, openOne } = await sealers(t)
  for (let i = 0; i < 100; i++) {
    await sealer.prepare(`run/${i}`)
    for (const ofClass of ['input', 'prompt', 'facts', 'result', 'decision', 'arguments', 'approval']) {
      sealer.seal(`run/${i}`, 1, ofClass, i)
    }
  }
  await sealer.close()
  assert.deepEqual(await keyring.spares(), [])
  const reader = await openOne()
  assert.equal((await reader.keyring.keysOf('default', 'run/99')).length, 7)
})

test('a new run gets the keys that runs have needed before with its first one, and other streams do not', async (t) => {
  const { sealer, keyring } = await sealers(t)
  const classesOf = async (stream: string) => (await keyring.keysOf('default', stream)).map((key) => key.class).sort()
  await sealer.prepare('run/a')
  for (const ofClass of ['input', 'prompt', 'result']) sealer.seal('run/a', 1, ofClass, 'content')
  for (const stream of ['run/b', 'approval/c']) {
    await sealer.prepare(stream)
    sealer.seal(stream, 1, 'input', 'content')
    await sealer.prepare(stream)
  }
  assert.deepEqual(await classesOf('run/b'), ['input', 'prompt', 'result'])
  assert.deepEqual(await classesOf('approval/c'), ['input'])
})

test('runs that begin at the same moment all find a key, however many and whatever runs have needed before', async (t) => {
  const { sealer } = await sealers(t)
  await sealer.prepare('run/first')
  for (const ofClass of ['input', 'prompt', 'result', 'decision']) sealer.seal('run/first', 1, ofClass, 'content')
  for (const [wave, count] of [60, 60, 60, 1_000].entries()) {
    const runs = Array.from({ length: count }, (_, place) => `run/${wave}-${place}`)
    await Promise.all(runs.map((run) => sealer.prepare(run)))
    for (const run of runs) sealer.seal(run, 1, 'input', 'content')
  }
})

test('a run whose class was erased gets a new key for that class alone, and only when it is needed', async (t) => {
  const { sealer, keyring } = await sealers(t)
  await sealer.prepare('run/a')
  for (const ofClass of ['input', 'prompt', 'result']) sealer.seal('run/a', 1, ofClass, 'content')
  await sealer.erase('run/a', 'prompt')
  await sealer.prepare('run/a')
  sealer.seal('run/a', 2, 'result', 'content')
  await sealer.prepare('run/a')
  const owned = await keyring.keysOf('default', 'run/a')
  const kept = owned.filter(({ key }) => key).map((key) => key.class)
  assert.deepEqual(kept.sort(), ['input', 'result'])
})
