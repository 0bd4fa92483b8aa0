import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { checkCapsule } from '../../src/capsules/check-capsule.ts'
import { checkEvidence } from '../../src/capsules/check-evidence.ts'
import { openPage } from '../../test/capsules/open-page.ts'
import { missedWithoutSignature } from './control.ts'
import { handOver } from './hand-over.ts'
import { signedAnew } from './resign.ts'

test('a forged file is whole in itself and by its own page, and is not what the pinned key signed', async () => {
  await using ends = new AsyncDisposableStack()
  const handing = await handOver(ends, 'sqlite', ['granted'])
  const pinned = createPublicKey(handing.key)
  assert.deepEqual(
    handing.files.map(({ kind }) => kind),
    ['capsule', 'evidence', 'page'],
  )
  for (const file of handing.files) {
    const check = file.kind === 'capsule' ? checkCapsule : checkEvidence
    const { bytes, publicKey } = signedAnew(file)
    assert.equal((await check(file.bytes, pinned)).ok, true)
    assert.deepEqual((await check(bytes, publicKey)).problems, [], file.kind)
    assert.equal((await check(bytes, pinned)).ok, false)
    if (file.kind === 'page') {
      const page = await openPage(bytes.toString())
      assert.ok(page.holds, page.checks.join('\n'))
      assert.match(bytes.toString(), /<dd>not_committed<\/dd>/)
    }
  }
  assert.ok((await missedWithoutSignature(handing)) > 0)
})
