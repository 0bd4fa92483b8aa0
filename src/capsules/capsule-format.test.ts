import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../canonical-json.ts'
import { type CapsuleHeader, capsuleBody, capsuleHeadLine, looksLikeCapsule, parseCapsule } from './capsule-format.ts'

const header: CapsuleHeader = {
  charter_capsule: 1,
  ledger: 'ldg_1',
  tenant: 'default',
  run: 'run_1',
  at: 1,
  key_id: 'ed25519:00',
  withheld: [],
  sha256: '0'.repeat(64),
}
const parts = {
  order: { 'run/run_1': [1, 2] },
  keys: [{ id: '1', stream: 'run/run_1', class: 'input', key: 'AAAA' }],
  naming: { salt: 'a0', names: { ['0'.repeat(64)]: 'invoice:1' } },
  exported: '{"header":1}\n',
}
const whole = `${capsuleHeadLine(header, 'c2ln')}${capsuleBody(parts)}`

test('L9 what was written is read, in its one spelling', () => {
  assert.deepEqual(parseCapsule(Buffer.from(whole)), { header, signature: 'c2ln', ...parts })
  assert.ok(looksLikeCapsule(Buffer.from(whole)))
  assert.ok(!looksLikeCapsule(Buffer.from('{"cap')))
})

const lines = whole.split('\n')
const changed = (at: number, line: string) => Buffer.from(lines.with(at, line).join('\n'))
const wrong: Record<string, [bytes: Buffer, line: number, why: RegExp]> = {
  'a capsule that is cut off': [Buffer.from(lines.slice(0, 2).join('\n')), 2, /cut off/],
  'a line that is no JSON': [changed(2, '{"keys":['), 3, /not JSON/],
  'a line in another order': [changed(1, lines[2] ?? ''), 2, /not what stands in this line/],
  'a space that nobody needs': [changed(3, (lines[3] ?? '').replace(':', ': ')), 4, /canonical/],
  'half of a surrogate pair': [changed(0, (lines[0] ?? '').replace('run_1', '\\ud800')), 1, /canonical/],
  'another version': [
    changed(0, (lines[0] ?? '').replace('"charter_capsule":1', '"charter_capsule":2')),
    1,
    /not what/,
  ],
}

for (const [what, [bytes, line, why]] of Object.entries(wrong))
  test(`${what} is named by its line`, () => {
    const read = parseCapsule(bytes)
    assert.ok('damaged' in read, 'it was read')
    assert.equal(read.line, line)
    assert.match(read.damaged, why)
  })

test('no bytes make the reader throw', () => {
  const anything = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(`${text}\n`)),
  )
  fc.assert(fc.property(anything, (bytes) => 'damaged' in parseCapsule(Buffer.from(bytes))))
  const inPlace = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(inPlace, ({ at, byte }) => {
      const bytes = Buffer.from(whole)
      bytes[at] = byte
      const read = parseCapsule(bytes)
      return 'damaged' in read || canonicalJson(read.header).length > 0
    }),
  )
})
