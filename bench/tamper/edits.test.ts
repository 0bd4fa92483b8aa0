import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { canonicalJson } from '../../src/canonical-json.ts'
import { randomOf } from '../tau-retail/random.ts'
import { byteEdits } from './byte-edits.ts'
import type { Edit } from './edit.ts'
import { bytesOf, eventsIn, linesOf, placesOf } from './export-lines.ts'
import { frameOf, readFrames } from './frames.ts'
import { rechainedEdits } from './rechained-edits.ts'
import { eventText, structuralEdits } from './structural-edits.ts'

const event = (stream: string, seq: number, prev: string) =>
  eventText({ actor: 'a', at: 1, body: { n: seq }, prev_hash: prev, seq, stream, tenant: 'default', type: 't', v: 1 })
const first = event('run/é', 1, '0')
const second = event('run/é', 2, JSON.parse(first).hash)
const other = event('grant/g', 1, '0')
const leaf = (index: number, stream: string, seq: number, text: string) =>
  canonicalJson({ leaf: { hash: JSON.parse(text).hash, index, seq, stream, tenant: 'default' } })

/** Nobody signed it: it has the lines of an export, and that is all that is needed to tamper with it. */
const original = bytesOf([
  canonicalJson({ header: { ledger: 'l' } }),
  canonicalJson({ checkpoint: { at: 1, key_id: 'k', n: 1, root: '', size: 2 } }),
  leaf(0, 'grant/g', 1, other),
  leaf(1, 'run/é', 2, second),
  other,
  first,
  canonicalJson({ payload: { ciphertext: '', class: 'input', n: 1, stream: 'run/é' } }),
  second,
])
const random = () => randomOf(1, 'test')
const ofKind = (kind: Edit['kind']) => [...structuralEdits(original, random())].filter((edit) => edit.kind === kind)

test('each byte is touched in several ways, and no edit leaves the export as it was', () => {
  const edits = [...byteEdits(original, random())]
  const touched = new Set(edits.map(({ what }) => Number(/\d+/.exec(what)?.[0])))
  assert.equal(touched.size, original.length)
  assert.ok(edits.length > 3 * original.length)
  assert.deepEqual(
    edits.filter(({ bytes }) => bytes.equals(original)),
    [],
  )
})

test('what must be named is the event of the line, also for a payload, and of a newline either of its lines', () => {
  const lines = linesOf(original)
  const run = (seq: number) => ({ stream: 'run/é', seq })
  const places = [1, 2, 3, 4].map((line) => ({ line }))
  assert.deepEqual(placesOf(lines), [...places, { stream: 'grant/g', seq: 1 }, run(1), run(1), run(2)])
  const newline = [...byteEdits(original, random())].find(({ what }) => what.includes(`byte ${lines[5]!.offset - 1} `))
  assert.deepEqual(newline?.names, [{ stream: 'grant/g', seq: 1 }, run(1), { line: 6 }])
})

test('every event is taken out with and without its payloads, and swapped with the next', () => {
  assert.equal(ofKind('delete').length, 4)
  assert.equal(ofKind('swap').length, 2)
  const [swapped] = ofKind('swap')
  assert.deepEqual(
    eventsIn(linesOf(swapped!.bytes)).map(({ stream }) => stream),
    ['run/é', 'grant/g', 'run/é'],
  )
})

test('an event that was put in follows from the one before it, and a cut takes an event with it', () => {
  const forged = ofKind('insert').find(({ what }) => what.includes('a forged event put behind event 2'))
  const last = JSON.parse(linesOf(forged!.bytes).at(-1)!.text)
  assert.deepEqual([last.event.seq, last.event.prev_hash], [3, JSON.parse(second).hash])
  for (const { bytes } of ofKind('truncate')) assert.ok(bytes.length <= original.length - 1)
})

test('after a rewritten event every later hash of its stream is made again', () => {
  const edits = [...rechainedEdits(original, random(), 9)]
  assert.deepEqual(
    edits.filter(({ bytes }) => bytes.equals(original)),
    [],
  )
  for (const { bytes } of edits) {
    const own = eventsIn(linesOf(bytes)).filter(({ stream }) => stream === 'run/é')
    const [before, after] = own.map(({ text }) => JSON.parse(text))
    assert.equal(after.event.prev_hash, before.hash)
    for (const { event: changed, hash } of [before, after]) assert.equal(JSON.parse(eventText(changed)).hash, hash)
  }
})

test('copies come out of a stream as they went in, however it is cut', async () => {
  const copies = [Buffer.from('a'), Buffer.alloc(70_000, 'b'), Buffer.alloc(0), Buffer.from('c')]
  const all = Buffer.concat(copies.flatMap(frameOf))
  for (const size of [1, 3, 5, 1_000, all.length]) {
    const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
      all.subarray(n * size, (n + 1) * size),
    )
    assert.deepEqual(await Array.fromAsync(readFrames(Readable.from(chunks))), copies)
  }
})
