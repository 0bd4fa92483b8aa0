import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { type Database, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { deletionOf, erasureStream } from './deletion-of.ts'
import { eraseSubject } from './erase-subject.ts'

const by = 'dpo@acme.example'

/** Erases in a process of its own, which dies at a place: after the keys, or after the event. */
function eraseAndDie({ ledgerPlace, keyringPlace }: RefundHouse, place: 'after keys' | 'after event') {
  const from = (name: string) => JSON.stringify(path.join(import.meta.dirname, name))
  const script = `
    import { openHouse } from ${from('../create-runtime.ts')}
    import { eraseSubject } from ${from('erase-subject.ts')}
    const [ledger, keyring, place] = process.argv.slice(1)
    const house = await openHouse({ ledger, keyring })
    const die = () => process.kill(process.pid, 'SIGKILL')
    const { sealer, ledger: kept } = house
    const erase = sealer.erase.bind(sealer)
    const remove = kept.stored.remove.bind(kept.stored)
    sealer.erase = async (...args) => { await erase(...args); if (place === 'after keys') die() }
    kept.stored.remove = async (...args) => { if (place === 'after event') die(); return remove(...args) }
    await eraseSubject(house, { kind: 'customer', id: 'c_1', by: '${by}' })`
  const args = ['--input-type=module-typescript', '-e', script, ledgerPlace, keyringPlace, place]
  return spawnSync(process.execPath, args).signal
}

for (const database of ['file', 'postgres'] as const satisfies readonly Database[])
  for (const place of ['after keys', 'after event'] as const)
    test(`L6 an erasure that was killed ${place} is completed by the next one, and told once, on ${database}`, async () => {
      await using house = await refundHouse({ database })
      const { run } = await house.play([refund('in_1'), say('Done.')])
      const { ledger } = house.runtime.house
      const stream = `run/${run}`
      assert.equal(eraseAndDie(house, place), 'SIGKILL')
      const left = await ledger.stored.of('default', stream)
      assert.ok(left.length > 0, 'it died before it was done')
      const said = (await ledger.read('default', erasureStream(stream))).length
      assert.equal(said > 0, place === 'after event')
      await eraseSubject(house.runtime.house, { kind: 'customer', id: 'c_1', by })
      assert.deepEqual(await ledger.stored.of('default', stream), [])
      const proof = await ledger.read('default', erasureStream(stream))
      const counted = proof.reduce((sum, { body }) => sum + Number(body.count), 0)
      assert.equal(counted, left.length)
      assert.equal(deletionOf(proof, stream, 'input')?.cause, 'subject')
    })
