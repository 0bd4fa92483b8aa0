import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../clock.ts'
import type { JsonObject } from '../json.ts'
import {
  blind,
  type Checkpoint,
  type CheckpointLeaf,
  type CheckpointStore,
  checkpointLeafHash,
  checkpointText,
  keyIdOf,
} from './checkpoint.ts'
import type { LedgerEvent, SealedPayload } from './event.ts'
import { exportLedger } from './export.ts'
import { blindLine, checkpointLine, eventLine, leafLine } from './export-format.ts'
import { emptyHead, hashEvent, type UnhashedEvent } from './hash-chain.ts'
import { buildTree } from './merkle.ts'
import { createCheckpointTaker } from './take-checkpoint.ts'
import { verifyExport } from './verify.ts'

const ledgerId = 'ledger_a'
const owner = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const signerOf = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  keyId: keyIdOf(publicKey),
  sign: async (bytes: Uint8Array) => sign(null, bytes, privateKey),
})

/** The rows of a ledger, as an adapter keeps them. */
class Rows implements CheckpointStore {
  readonly streams = new Map<string, LedgerEvent[]>()
  readonly payloads: (SealedPayload & { tenant: string })[] = []
  readonly #checkpoints: Checkpoint[] = []
  readonly #leaves: CheckpointLeaf[] = []

  write(tenant: string, stream: string, body: JsonObject = {}): void {
    const events = this.streams.get(`${tenant} ${stream}`) ?? []
    const head = events.at(-1) ?? emptyHead(ledgerId, tenant, stream)
    const seq = head.seq + 1
    const unhashed = {
      tenant,
      stream,
      seq,
      type: 'tool.answered',
      v: 1,
      at: 1_700_000_000_000,
      actor: 'engine:e',
      body,
    }
    const event = { ...unhashed, prevHash: head.hash }
    this.streams.set(`${tenant} ${stream}`, [...events, { ...event, hash: hashEvent(event), position: 0 }])
  }

  /** An event that names a payload, and the payload. */
  writeSealed(tenant: string, stream: string, n: number): void {
    const ciphertext = Buffer.from(`sealed payload ${n}`)
    this.payloads.push({ tenant, stream, n, class: 'result', ciphertext })
    this.write(tenant, stream, { result: { n, class: 'result', sha256: hash('sha256', ciphertext, 'hex') } })
  }

  checkpoint = () =>
    createCheckpointTaker({ ledgerId, store: this, signer: signerOf(owner), clock: systemClock }).take()

  async pending() {
    const covered = ({ tenant, stream }: LedgerEvent) =>
      this.#leaves.findLast((leaf) => leaf.tenant === tenant && leaf.stream === stream)?.seq ?? 0
    const heads = [...this.streams.values()].map((events) => events.at(-1)!)
    return { last: this.#checkpoints.at(-1), moved: heads.filter((head) => head.seq > covered(head)) }
  }

  async save(checkpoint: Checkpoint, leaves: readonly CheckpointLeaf[]) {
    this.#checkpoints.push(checkpoint)
    this.#leaves.push(...leaves)
  }

  checkpoints = async (after: number, most: number) => this.#checkpoints.slice(after, after + most)
  leaves = async (from: number, most: number) => this.#leaves.slice(from, from + most)
  events = async (tenant: string, stream: string, after: number, through: number) =>
    (this.streams.get(`${tenant} ${stream}`) ?? []).filter(({ seq }) => seq > after && seq <= through)

  sealed = async (tenant: string, stream: string, ns: readonly number[]) =>
    this.payloads.filter((row) => row.tenant === tenant && row.stream === stream && ns.includes(row.n))

  /** The lines of an export, each without its newline. */
  async export(
    scope: Parameters<typeof exportLedger>[0]['scope'] = { of: 'ledger' },
    withPayloads = false,
  ): Promise<string[]> {
    const parts = { ledgerId, store: this, signer: signerOf(owner), clock: systemClock, scope }
    const text = await Array.fromAsync(exportLedger({ ...parts, ...(withPayloads && { payloads: this.sealed }) }))
    return text.map((line) => line.slice(0, -1))
  }
}

/** Two tenants, four streams, two checkpoints and the export's own. */
async function history(): Promise<Rows> {
  const rows = new Rows()
  for (let n = 1; n <= 4; n++) rows.write('default', 'run/a', { n })
  rows.writeSealed('default', 'run/b', 16)
  rows.write('other', 'run/x')
  await rows.checkpoint()
  for (let n = 5; n <= 7; n++) rows.write('default', 'run/a', { n })
  rows.writeSealed('default', 'run/b', 32)
  rows.write('default', 'approval/1', { note: 'é' })
  await rows.checkpoint()
  for (let n = 8; n <= 9; n++) rows.write('default', 'run/a', { n })
  rows.write('other', 'run/x')
  return rows
}

async function shortHistory(): Promise<Rows> {
  const rows = new Rows()
  for (let n = 1; n <= 3; n++) rows.write('default', 'run/a', { n })
  rows.writeSealed('default', 'run/b', 16)
  await rows.checkpoint()
  rows.write('default', 'run/a', { note: 'é' })
  return rows
}

const verify = (lines: readonly string[], publicKey: KeyObject = owner.publicKey) =>
  verifyExport([lines.map((line) => `${line}\n`).join('')], { publicKey })

type Parsed = { event?: Omit<UnhashedEvent, 'prevHash'> & { prev_hash: string } }
const eventIn = (line: string) => (JSON.parse(line) as Parsed).event
const named = (problem: { tenant?: string; stream?: string; seq?: number } | undefined) =>
  problem && `${problem.tenant} ${problem.stream} ${problem.seq}`
const at = (lines: readonly string[], stream: string, seq: number) =>
  lines.findIndex((line) => eventIn(line)?.stream === stream && eventIn(line)?.seq === seq)
const replaced = (lines: readonly string[], index: number, ...by: string[]) => lines.toSpliced(index, 1, ...by)

test('L5 an export of the ledger is accepted, and what it holds is counted', async () => {
  const lines = await (await history()).export()
  const verdict = await verify(lines)
  assert.deepEqual(verdict.problems, [])
  assert.deepEqual(
    [verdict.ok, verdict.ledger, verdict.events, verdict.streams, verdict.checkpoint?.n],
    [true, ledgerId, 14, 4, 3],
  )
})

test('L5 whatever was written, and whenever checkpoints were taken, the export is accepted in any pieces', async () => {
  const deed = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ tenant: fc.constantFrom('a', 'b'), stream: fc.constantFrom('run/1', 'run/2', 'grant/1') }),
    },
    { weight: 1, arbitrary: fc.constant('checkpoint' as const) },
  )
  const scope = fc.constantFrom({ of: 'ledger' } as const, { of: 'tenant', tenant: 'a' } as const)
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 40 }),
      scope,
      fc.integer({ min: 1, max: 700 }),
      async (deeds, of, piece) => {
        const rows = new Rows()
        for (const [n, done] of deeds.entries()) {
          if (done === 'checkpoint') await rows.checkpoint()
          else if (n % 3 === 0) rows.writeSealed(done.tenant, done.stream, n)
          else rows.write(done.tenant, done.stream, { n })
        }
        const bytes = Buffer.from((await rows.export(of, true)).map((line) => `${line}\n`).join(''))
        const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
          bytes.subarray(i * piece, (i + 1) * piece),
        )
        const verdict = await verifyExport(pieces, { publicKey: owner.publicKey })
        assert.deepEqual(verdict.problems, [])
      },
    ),
    { numRuns: 60 },
  )
})

test('L5 every byte of an export counts: a change of any is found, and in an event’s line that event is named first', async () => {
  const lines = await (await shortHistory()).export({ of: 'ledger' }, true)
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  let start = 0
  for (const [index, line] of lines.entries()) {
    const event = eventIn(line)
    const length = Buffer.byteLength(line) + 1
    for (let offset = 0; offset < length; offset++) {
      const changed = Buffer.from(bytes)
      // Other bits for other bytes; 0x20 and the like keep some of them JSON, or make them newlines.
      changed[start + offset]! ^= [0x01, 0x20, 0x04, 0x80][offset % 4]!
      const { problems } = await verifyExport([changed], { publicKey: owner.publicKey })
      const where = `line ${index + 1}, byte ${offset}: ${line.slice(Math.max(0, offset - 20), offset + 20)}`
      assert.ok(problems.length > 0, where)
      if (event) assert.deepEqual([problems[0]?.line, named(problems[0])], [index + 1, named(event)], where)
      else
        assert.ok(
          problems.some((problem) => problem.line === index + 1),
          where,
        )
    }
    start += length
  }
})

test('L5 an event that was taken out, doubled or swapped with the next is found and named', async () => {
  const lines = await (await history()).export()
  for (const [index, line] of lines.entries()) {
    const event = eventIn(line)
    if (!event) continue
    const gone = await verify(replaced(lines, index))
    assert.equal(named(gone.problems[0]), named(event), 'taken out')
    assert.equal(gone.problems[0]?.line, index + 1)
    const doubled = await verify(replaced(lines, index, line, line))
    assert.deepEqual([doubled.problems[0]?.line, named(doubled.problems[0])], [index + 2, named(event)], 'doubled')
    const next = lines[index + 1]
    if (!next || !eventIn(next)) continue
    const swapped = await verify(lines.toSpliced(index, 2, next, line))
    assert.equal(named(swapped.problems[0]), named(event), 'swapped')
  }
})

test('L5 an export that was cut anywhere is found to be cut', async () => {
  const lines = await (await history()).export()
  for (let kept = 0; kept < lines.length; kept++) {
    const verdict = await verify(lines.slice(0, kept))
    assert.ok(!verdict.ok, `${kept} lines kept`)
    const event = eventIn(lines[kept]!)
    if (event) assert.equal(named(verdict.problems[0]), named(event))
  }
  const text = lines.map((line) => `${line}\n`).join('')
  for (let cut = 1; cut < 900; cut++) {
    assert.ok(!(await verifyExport([text.slice(0, -cut)], { publicKey: owner.publicKey })).ok, `${cut} characters cut`)
  }
})

test('L5 a whole stream that is missing is found, even if the leaves are numbered anew', async () => {
  const lines = await (await history()).export()
  const without = lines.filter((line) => !line.includes('"run/b"'))
  assert.ok(!(await verify(without)).ok)
  const eventsOnly = lines.filter((line) => eventIn(line)?.stream !== 'run/b')
  assert.equal(named((await verify(eventsOnly)).problems[0]), 'default run/b 1')
  let index = 0
  const renumbered = without.map((line) =>
    line.startsWith('{"leaf"') ? line.replace(/"index":\d+/, () => `"index":${index++}`) : line,
  )
  const verdict = await verify(renumbered)
  assert.match(verdict.problems[0]?.what ?? '', /do not give its root/)
})

/** Writes events of a stream anew from one on, with hashes that fit, as somebody would who has no key. */
function rewrite(lines: readonly string[], stream: string, from: number, through: number, body: JsonObject): string[] {
  let prevHash = ''
  return lines.map((line) => {
    const event = eventIn(line)
    if (event?.stream !== stream || event.seq < from || event.seq > through) return line
    const { prev_hash, ...rest } = event
    const forged = {
      ...rest,
      prevHash: prevHash || prev_hash,
      body: event.seq === from ? body : event.body,
    }
    prevHash = hashEvent(forged)
    return eventLine({ ...forged, hash: prevHash, position: 0 }).slice(0, -1)
  })
}

test('L5 an event whose own hash was made again is named, although it alone looks right', async () => {
  const lines = await (await history()).export()
  const { problems } = await verify(rewrite(lines, 'run/a', 2, 2, { n: 99 }))
  assert.deepEqual(
    [problems.length, problems[0]?.line, named(problems[0])],
    [1, at(lines, 'run/a', 2) + 1, 'default run/a 2'],
  )
})

test('L5 an edit after which all hashes of the stream were made again is found at the next checkpoint', async () => {
  const lines = await (await history()).export()
  const { problems } = await verify(rewrite(lines, 'run/a', 2, 9, { n: 99 }))
  assert.deepEqual([problems[0]?.line, named(problems[0])], [at(lines, 'run/a', 4) + 1, 'default run/a 4'])
  assert.match(problems[0]?.what ?? '', /as far back as event 1/)
})

test('L5 an edit with new hashes and a new leaf breaks the root of the checkpoint', async () => {
  const lines = await (await history()).export()
  const edited = rewrite(lines, 'approval/1', 1, 1, { note: 'x' })
  const forged = JSON.parse(edited[at(edited, 'approval/1', 1)]!).hash
  const leafAt = lines.findIndex((line) => line.startsWith('{"leaf"') && line.includes('approval/1'))
  const { leaf } = JSON.parse(lines[leafAt]!)
  const { problems } = await verify(replaced(edited, leafAt, leafLine({ ...leaf, hash: forged }).slice(0, -1)))
  assert.match(problems[0]?.what ?? '', /leaves of checkpoint 2 do not give its root/)
})

test('L5 a checkpoint that was signed again with another key is found, and so is a whole export of another key', async () => {
  const lines = await (await history()).export()
  const index = lines.findIndex((line) => line.startsWith('{"checkpoint"'))
  const {
    checkpoint: { key_id: _, ...said },
  } = JSON.parse(lines[index]!)
  const unsigned = { ...said, keyId: keyIdOf(stranger.publicKey) }
  const signature = sign(null, Buffer.from(checkpointText(ledgerId, unsigned)), stranger.privateKey).toString('base64')
  const resigned = checkpointLine({ ...unsigned, signature }).slice(0, -1)
  const { problems } = await verify(replaced(lines, index, resigned))
  assert.equal(problems[0]?.line, index + 1)
  assert.match(problems[0]?.what ?? '', /signed with another key/)

  const whole = await verify(lines, stranger.publicKey)
  assert.deepEqual([whole.ok, whole.problems[0]?.line, whole.checkpoint], [false, 1, undefined])
})

test('L5 an export is accepted under any of the keys that are trusted', async () => {
  const lines = await (await history()).export()
  const text = lines.map((line) => `${line}\n`).join('')
  const verdict = await verifyExport([text], { publicKey: [stranger.publicKey, owner.publicKey] })
  assert.ok(verdict.ok)
})

test('L5 the export of one tenant shows nothing of the others, and cannot hide a stream of its own', async () => {
  const lines = await (await history()).export({ of: 'tenant', tenant: 'default' })
  const verdict = await verify(lines)
  assert.deepEqual([verdict.problems, verdict.events], [[], 12])
  assert.doesNotMatch(lines.join('\n'), /other|run\/x/)

  const leafAt = lines.findIndex((line) => line.startsWith('{"leaf"') && line.includes('run/b'))
  const { leaf } = JSON.parse(lines[leafAt]!)
  const hidden = replaced(lines, leafAt, blindLine(leaf.index, blind(ledgerId, leaf)).slice(0, -1))
  const { problems } = await verify(hidden.filter((line) => eventIn(line)?.stream !== 'run/b'))
  assert.deepEqual(
    [problems[0]?.line, problems[0]?.what],
    [leafAt + 1, 'a stream that belongs to this export is hidden'],
  )
})

test('L5 a few streams can be exported alone, each proved to stand in the checkpoint', async () => {
  const rows = await history()
  const lines = await rows.export({ of: 'streams', tenant: 'default', streams: ['run/a', 'approval/1'] })
  const verdict = await verify(lines)
  assert.deepEqual([verdict.problems, verdict.events, verdict.streams], [[], 10, 2])
  assert.doesNotMatch(lines.join('\n'), /run\/b/)
  for (const [index, line] of lines.entries()) {
    const event = eventIn(line)
    const gone = await verify(replaced(lines, index))
    assert.ok(!gone.ok, line)
    if (event) assert.equal(named(gone.problems[0]), named(event))
  }
  const { problems } = await verify(rewrite(lines, 'run/a', 8, 9, { n: 99 }))
  assert.equal(named(problems[0]), 'default run/a 9')
  await assert.rejects(rows.export({ of: 'streams', tenant: 'default', streams: ['run/none'] }), {
    code: 'stream_not_found',
  })
})

test('L5 a stream exported alone cannot be given a forged leaf, nor an older one of its own to cut its end off', async () => {
  const rows = await history()
  const lines = await rows.export({ of: 'streams', tenant: 'default', streams: ['run/a'] })
  const leafAt = lines.findIndex((line) => line.startsWith('{"leaf"'))
  const { leaf, proof } = JSON.parse(lines[leafAt]!)

  const forged = rewrite(lines, 'run/a', 9, 9, { n: 99 })
  const { hash: forgedHash } = JSON.parse(forged.at(-1)!)
  const withLeaf = replaced(forged, leafAt, leafLine({ ...leaf, hash: forgedHash }, proof).slice(0, -1))
  assert.equal(named((await verify(withLeaf)).problems[0]), 'default run/a 9')

  const all = await rows.leaves(0, 100)
  const older = all.find(({ stream, seq }) => stream === 'run/a' && seq === 7)!
  const olderProof = buildTree(all.map((each) => checkpointLeafHash(ledgerId, each))).inclusionProof(older.index)
  const olderLine = leafLine(
    older,
    olderProof.map((node) => Buffer.from(node).toString('hex')),
  ).slice(0, -1)
  const { problems } = await verify(replaced(lines, leafAt, olderLine).slice(0, -2))
  assert.equal(named(problems[0]), 'default run/a 9')
})

test('L5 a line that says the same in another spelling is found', async () => {
  const lines = await (await history()).export({ of: 'ledger' }, true)
  const respell = (start: string, change: (line: string) => string) => {
    const index = lines.findIndex((line) => line.startsWith(start))
    assert.notEqual(change(lines[index]!), lines[index])
    return { index, changed: replaced(lines, index, change(lines[index]!)) }
  }
  const cases = [
    respell('{"leaf"', (line) => line.replace(':', ': ')),
    respell('{"leaf"', (line) => line.replace('"seq":4', '"seq":4.0')),
    respell('{"checkpoint"', (line) => line.replace('"n":1', '"n":1e0')),
    respell('{"header"', (line) => line.replace('"ledger"', '"\\u006cedger"')),
    // Two bits of the last letter before the padding stand for nothing.
    respell('{"payload"', (line) =>
      line.replace(/(.)="/, (_, letter: string) => `${String.fromCharCode(letter.charCodeAt(0) + 1)}="`),
    ),
  ]
  for (const { index, changed } of cases) {
    const { problems } = await verify(changed)
    assert.equal(problems[0]?.line, index + 1, changed[index])
  }
})

test('L5 sealed payloads that are exported are held to the hash in their event; an erased one may be absent', async () => {
  const rows = await history()
  const lines = await rows.export({ of: 'ledger' }, true)
  const first = lines.findIndex((line) => line.startsWith('{"payload"'))
  assert.equal((await verify(lines)).payloads, 2)
  assert.ok((await verify(replaced(lines, first))).ok)
  const other = lines.findLast((line) => line.startsWith('{"payload"'))!
  const renumbered = lines[first]!.replace('"n":16', '"n":17')
  // Without its beginning it looks like nothing, and stands where the payload belongs.
  for (const wrong of [other, renumbered, lines[first]!.replace('payload', 'payloax')]) {
    const { problems } = await verify(replaced(lines, first, wrong))
    assert.equal(named(problems[0]), 'default run/b 1', wrong)
  }
})

test('L5 no event is blamed for a payload that stands twice, or whose own event is gone', async () => {
  const rows = new Rows()
  rows.write('default', 'run/a')
  for (const n of [16, 32]) rows.writeSealed('default', 'run/a', n)
  const lines = await rows.export({ of: 'ledger' }, true)
  const payload = lines.findIndex((line) => line.startsWith('{"payload"'))
  const doubled = await verify(replaced(lines, payload, lines[payload]!, lines[payload]!))
  assert.deepEqual(
    doubled.problems.map(({ line, stream, seq }) => [line, stream, seq]),
    [[payload + 2, 'run/a', undefined]],
  )
  for (const seq of [2, 3]) {
    const { problems } = await verify(replaced(lines, at(lines, 'run/a', seq)))
    assert.deepEqual([problems.length, problems[0]?.seq, problems[1]?.seq], [2, undefined, seq])
  }
})

test('L5 what the ledger itself has lost or changed since a checkpoint is found in its export', async () => {
  const lost = await history()
  lost.streams.set(
    'default run/a',
    lost.streams.get('default run/a')!.filter(({ seq }) => seq !== 3),
  )
  assert.equal(named((await verify(await lost.export())).problems[0]), 'default run/a 3')

  const changed = await history()
  changed.streams.set(
    'default run/b',
    changed.streams.get('default run/b')!.map((event) => ({ ...event, actor: 'eve' })),
  )
  assert.equal(named((await verify(await changed.export())).problems[0]), 'default run/b 1')

  const emptied = await history()
  emptied.streams.delete('default approval/1')
  assert.equal(named((await verify(await emptied.export())).problems[0]), 'default approval/1 1')
})

test('L5 no input makes the verifier throw, and nothing but the export itself is accepted', async () => {
  const clean = (await (await history()).export()).map((line) => `${line}\n`).join('')
  const edit = fc.record({
    from: fc.nat(),
    length: fc.nat(400),
    by: fc.oneof(
      fc.string(),
      fc.nat().map((n) => clean.slice(n % clean.length, (n % clean.length) + 300)),
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const text = edits.reduce((kept, { from, length, by }) => {
        const start = from % (kept.length + 1)
        return kept.slice(0, start) + by + kept.slice(start + length)
      }, clean)
      const verdict = await verifyExport([text], { publicKey: owner.publicKey })
      assert.equal(verdict.ok, text === clean)
    }),
    { numRuns: 300 },
  )
  const deep = `${'['.repeat(200_000)}\n`
  for (const text of [
    '',
    '\n',
    'null\n',
    deep,
    '{"header":1}\n',
    `${clean}${clean}`,
    `${clean}\n`,
    clean.replace('"body":', `"body":${'['.repeat(100_000)}`),
  ]) {
    assert.ok(!(await verifyExport([text], { publicKey: owner.publicKey })).ok)
  }
  assert.ok(!(await verifyExport([Buffer.from([0xff, 0xfe, 0x0a, 0x00])], { publicKey: owner.publicKey })).ok)
})
