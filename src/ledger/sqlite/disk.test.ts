import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import { append, appendAll, happened, tenant } from '../contract/ledger-under-test.ts'

/** A disk of two megabytes, in memory; absent where this user may not mount one. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0
  t.after(() => {
    if (mounted) spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return mounted ? folder : undefined
}

const needsMount = 'only root may mount the small disk that this test fills'

test('L4 on a full disk everything that was answered is there, nothing that was refused is, and it goes on once there is room', async (t) => {
  const disk = smallDisk(t)
  if (disk === undefined) return t.skip(needsMount)
  const file = path.join(disk, 'ledger.db')
  const ballast = path.join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(500_000))
  const ledger = await open(file, [])
  t.after(() => ledger.close())
  const kept: string[] = []
  const refused: string[] = []
  for (let n = 0; refused.length === 0 && n < 200; n++) {
    const streams = [1, 2, 3].map((member) => `run/${n}_${member}`)
    const results = await Promise.allSettled(streams.map((stream) => appendLarge(ledger, stream)))
    results.forEach((result, i) => {
      const stream = streams[i] ?? ''
      if (result.status === 'fulfilled') kept.push(stream)
      else assert.equal(result.reason.code, 'ledger_full')
      if (result.status === 'rejected') refused.push(stream)
    })
  }
  assert.ok(kept.length > 3 && refused.length > 0, 'the disk was filled')
  const there = (await ledger.tail(tenant, 0, 10_000)).map(({ stream }) => stream)
  assert.deepEqual(there.sort(), kept.sort())
  rmSync(ballast)
  await append(ledger, 'run/after', [happened])
  await ledger.close()
  const reopened = await open(file, [])
  t.after(() => reopened.close())
  assert.equal((await reopened.tail(tenant, 0, 10_000)).length, kept.length + 1)
})

test('a ledger on a disk that takes no writes says so', async (t) => {
  const disk = smallDisk(t)
  if (disk === undefined) return t.skip(needsMount)
  const file = path.join(disk, 'ledger.db')
  const ledger = await open(file, [])
  await append(ledger, 'run/1', [happened])
  await ledger.close()
  execFileSync('mount', ['-o', 'remount,ro', disk])
  await assert.rejects(open(file, []), { code: 'ledger_read_only' })
  await assert.rejects(open(path.join(disk, 'other', 'ledger.db'), []), { code: 'ledger_read_only' })
})

test('a file that is no database is refused, and left as it is', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  writeFileSync(place, 'dear diary, '.repeat(1000))
  await assert.rejects(open(place, []), { code: 'ledger_unavailable', message: /is not a ledger/ })
})

test('L3 every commit is synced before its caller is answered, and a group once', async (t) => {
  if (spawnSync('strace', ['-V']).status !== 0) return t.skip('strace is not installed')
  const { place, remove } = await freshPlace()
  t.after(remove)
  const log = `${place}.strace`
  const traced = ['-f', '-o', log, '-e', 'trace=fsync,fdatasync,write']
  const program = [process.execPath, '--input-type=module', '-e', appendAndSay(place)]
  execFileSync('strace', [...traced, ...program], { stdio: 'ignore' })
  const calls = execFileSync('grep', ['-E', 'sync\\(|answered', log], { encoding: 'utf8' }).split('\n')
  let synced = 0
  const syncsBefore: number[] = []
  for (const call of calls) {
    if (/sync\(/.test(call)) synced += 1
    if (!/answered/.test(call)) continue
    syncsBefore.push(synced)
    synced = 0
  }
  assert.equal(syncsBefore.length, 7)
  assert.ok(
    syncsBefore.slice(1).every((count) => count >= 1),
    `syncs before each answer: ${syncsBefore}`,
  )
  assert.ok((syncsBefore.at(-1) ?? 0) <= 2, 'fifty appends of one tick shared a sync')
})

const appendLarge = (ledger: Parameters<typeof append>[0], stream: string) =>
  appendAll(ledger, [
    {
      stream,
      after: 'any',
      events: [happened],
      payloads: [{ stream, n: 1, class: 'prompt', ciphertext: new Uint8Array(9000).fill(7) }],
    },
  ])

/** Says `answered` once when the ledger is open, after each of five appends, and after fifty appends of one tick. */
const appendAndSay = (file: string) => `
  import { writeSync } from 'node:fs'
  import { open } from ${JSON.stringify(new URL('../../../test/open-sqlite.ts', import.meta.url).href)}
  import { append, happened } from ${JSON.stringify(new URL('../contract/ledger-under-test.ts', import.meta.url).href)}
  const ledger = await open(${JSON.stringify(file)}, [])
  writeSync(2, 'answered')
  for (let i = 0; i < 5; i++) {
    await append(ledger, 'run/1', [happened])
    writeSync(2, 'answered')
  }
  await Promise.all(Array.from({ length: 50 }, () => append(ledger, 'run/2', [happened])))
  writeSync(2, 'answered')
`
