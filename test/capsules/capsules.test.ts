/** Runs handed over as one file: read, traced and replayed without the ledger that they came from. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { test } from 'node:test'
import { canonicalJson } from '../../src/canonical-json.ts'
import { capsuleHouse, recordingOf } from '../../src/capsules/capsule-house.ts'
import { checkCapsule, openCapsule } from '../../src/capsules/check-capsule.ts'
import { makeCapsule } from '../../src/capsules/make-capsule.ts'
import { makeEvidence } from '../../src/capsules/make-evidence.ts'
import { replayCapsule } from '../../src/capsules/replay-capsule.ts'
import { type CheckpointSigner, keyIdOf } from '../../src/ledger/checkpoint.ts'
import { checkChain } from '../../src/ledger/hash-chain.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { readTrace } from '../../src/traces/read-trace.ts'
import { traceOf } from '../../src/traces/trace.ts'
import { call, type RefundHouse, refundHouse, say } from '../refund-house.ts'
import { capsuleHouseOf, projectOf, publicKeyOf, story, storyNames } from './stories.ts'

const textOf = (house: RefundHouse, run: string, withheld: readonly string[] = []) =>
  makeCapsule(capsuleHouseOf(house), run, { withheld })
const handedOver = async (house: RefundHouse, run: string, withheld: readonly string[] = []) =>
  openCapsule(Buffer.from(await textOf(house, run, withheld)), await publicKeyOf(house))

for (const database of ['memory', 'postgres'] as const)
  test(`L9 every kind of run replays the same from its capsule, with the tools and without them (${database})`, async () => {
    await using house = await refundHouse({ database })
    for (const name of storyNames) {
      const run = await story[name](house)
      const capsule = await handedOver(house, run)
      const without = await replayCapsule(capsule)
      assert.equal(without.tools, 'as_recorded')
      assert.equal(without.replay.verdict, 'same', `${name}: ${JSON.stringify(without.replay)}`)
      const withTools = await replayCapsule(capsule, projectOf(house.tools))
      assert.equal(withTools.tools, 'project')
      assert.deepEqual(withTools.replay, without.replay, name)
      const own = await readTrace(house.runtime.house, run)
      assert.deepEqual(traceOf(await readTrace(capsuleHouse(capsule), run)), traceOf(own), name)
    }
  })

test('L9 documents that were found and never cited have their names in the capsule, for a reader who has the tools', async () => {
  await using house = await refundHouse()
  const { run } = await house.play([call('search_policy', { query: 'refund' }), say('Here is what stands there.')])
  const events = await house.events(run)
  assert.match(JSON.stringify(events.map(({ body }) => body.read ?? [])), /"kind":"document"/)
  const capsule = await handedOver(house, run)
  for (const project of [undefined, projectOf(house.tools)]) {
    const { replay } = await replayCapsule(capsule, project)
    assert.equal(replay.verdict, 'same', JSON.stringify(replay))
  }
  const { naming } = await handedOver(house, run, ['result', 'prompt'])
  const documents = Object.values(naming.names).filter((name) => name.startsWith('document:'))
  assert.deepEqual(documents, [], 'of content that the reader does not see')
})

test('L2 a capsule holds the whole chain of each stream that the run is made of', async () => {
  await using house = await refundHouse()
  const run = await story.granted(house)
  const capsule = await handedOver(house, run)
  const { ledger, tenant } = capsuleHouse(capsule)
  const kinds = Object.keys(capsule.order).map((stream) => stream.split('/')[0])
  assert.deepEqual(kinds.toSorted(), ['approval', 'charter', 'grant', 'release', 'run'])
  for (const stream of Object.keys(capsule.order)) {
    const events = await ledger.read(tenant, stream)
    assert.ok(events.length > 0)
    assert.equal(checkChain(ledger.id, events), undefined)
  }
})

test('L5 a capsule that was changed anywhere is refused, and so is one that somebody else signed anew', async () => {
  await using house = await refundHouse()
  const bytes = Buffer.from(await textOf(house, await story.granted(house)))
  const key = await publicKeyOf(house)
  assert.deepEqual((await checkCapsule(bytes, key)).problems, [])
  const firstLine = bytes.indexOf('\n')
  const step = Math.ceil(bytes.length / 150)
  for (let at = 0; at < bytes.length; at += at < firstLine ? 1 : step) {
    const edited = Buffer.from(bytes)
    edited[at] = (edited[at] ?? 0) ^ 1
    assert.equal((await checkCapsule(edited, key)).ok, false, `byte ${at}`)
  }
  for (const cut of [0, 10, bytes.length - 1]) assert.equal((await checkCapsule(bytes.subarray(0, cut), key)).ok, false)
  const { problems } = await checkCapsule(await signedAnew(bytes.toString(), strangeKey()), key)
  assert.match(problems[0]?.what ?? '', /signed with another key/)
})

test('L5 a capsule whose owner put another export into it is found by its run', async () => {
  await using house = await refundHouse()
  const [one, other] = [await textOf(house, await story.denied(house)), await textOf(house, await story.refused(house))]
  const body = [...one.split('\n').slice(0, 4), ...other.split('\n').slice(4)].join('\n')
  const swapped = await signedAnew(body, await house.runtime.keyring.signingKey())
  const { problems } = await checkCapsule(swapped, await publicKeyOf(house))
  assert.deepEqual(
    problems.map(({ what }) => what),
    ['the export in the capsule is of another run than the capsule'],
  )
})

test('L6 content of a class that is withheld is not in the capsule, nor its key, nor a name of what only it says', async () => {
  await using house = await refundHouse()
  const run = await story.granted(house)
  const capsule = await handedOver(house, run, ['decision'])
  assert.ok(capsule.keys.length > 0)
  assert.ok(!capsule.keys.some((key) => key.class === 'decision'))
  assert.match(capsule.exported, /"payload":\{"ciphertext":"[^"]*","class":"arguments"/)
  assert.doesNotMatch(capsule.exported, /"payload":\{"ciphertext":"[^"]*","class":"decision"/)
  const { replay } = await replayCapsule(capsule)
  assert.equal(replay.verdict, 'unverifiable')
  if (replay.verdict === 'unverifiable')
    assert.deepEqual([...new Set(replay.missing.map((ref) => ref.class))], ['decision'])
  const blind = await handedOver(house, run, ['input', 'prompt', 'arguments', 'decision', 'result', 'approval'])
  assert.deepEqual(blind.naming.names, {})
})

test('L8 whatever is withheld, a replay is never called different for it, and names what it lacks', async () => {
  await using house = await refundHouse()
  const runs = [await story.granted(house), await story.edited(house), await story.refused(house)]
  const said = new Map<string, string>()
  for (const withheld of ['input', 'prompt', 'arguments', 'decision', 'result', 'approval', 'charter', 'release'])
    for (const run of runs) {
      const capsule = await handedOver(house, run, [withheld])
      for (const project of [undefined, projectOf(house.tools)]) {
        const { replay, tools } = await replayCapsule(capsule, project)
        const shown = `${withheld}, ${tools}: ${JSON.stringify(replay)}`
        // Today's prices are others than those that ran, and the hash of those says so.
        if (replay.verdict === 'different') assert.equal(replay.difference.part, 'release.parts.price_book', shown)
        if (replay.verdict === 'unverifiable')
          assert.ok(
            replay.missing.every((ref) => ref.class === withheld),
            shown,
          )
        if (run === runs[0]) said.set(`${withheld} ${tools}`, replay.verdict)
      }
    }
  assert.equal(said.get('release project'), 'different')
  const others = [...said].filter(([name]) => name !== 'release project')
  assert.equal(others.length, 15)
  const classes = others.filter(([, verdict]) => verdict === 'unverifiable').map(([name]) => name.split(' ')[0])
  assert.equal(new Set(classes).size, 8)
})

test('L6 a class that is spelled wrong is refused, and nothing is handed over', async () => {
  await using house = await refundHouse()
  const run = await story.granted(house)
  await assert.rejects(textOf(house, run, ['prompts']), { code: 'usage', hint: 'did you mean `prompt`?' })
  const effect = `${run}:2.1`
  const withheld = { as: 'json', withheld: ['argument'] } as const
  await assert.rejects(makeEvidence(capsuleHouseOf(house), effect, withheld), { code: 'usage' })
})

test('L6 a capsule holds no key of the tenant, and the data keys of its own run alone', async () => {
  await using house = await refundHouse()
  const other = await story.refused(house)
  const run = await story.granted(house)
  const text = await textOf(house, run)
  const { pseudonym, digest } = await house.runtime.keyring.tenantKeys('default')
  const ofOther = (await house.runtime.keyring.keysOf('default', `run/${other}`)).flatMap(({ key }) => key ?? [])
  assert.ok(ofOther.length > 3)
  for (const key of [pseudonym, digest, ...ofOther])
    for (const spelling of ['base64', 'hex'] as const) assert.ok(!text.includes(key.export().toString(spelling)))
})

test('L8 what was erased before a capsule was made makes its replay unverifiable, by that class', async () => {
  await using house = await refundHouse()
  const run = await story.granted(house)
  await house.runtime.house.sealer.erase(`run/${run}`, 'result')
  const { replay } = await replayCapsule(await handedOver(house, run))
  assert.equal(replay.verdict, 'unverifiable')
  if (replay.verdict === 'unverifiable')
    assert.deepEqual([...new Set(replay.missing.map((ref) => ref.class))], ['result'])
})

test('L9 a decision that its own ledger did not make is found by the replay of the capsule', async () => {
  await using house = await refundHouse()
  const recording = await recordingOf(await handedOver(house, await story.refused(house)))
  const events = recording.events.map((event) =>
    event.body.decision === 'deny' ? { ...event, body: { ...event.body, decision: 'allow' } } : event,
  )
  const replay = await replayRun({ ...recording, events }, projectOf(house.tools))
  assert.equal(replay.verdict === 'different' && replay.difference.part, 'decision')
})

test('L9 a value whose name is not in the capsule is different, and never taken for the recorded one', async () => {
  await using house = await refundHouse()
  const capsule = await handedOver(house, await story.granted(house))
  const inEvents = Object.entries(capsule.naming.names).filter(([, name]) => capsule.exported.includes(`"${name}"`))
  assert.ok(inEvents.length > 5)
  for (const [value] of inEvents) {
    const { [value]: _, ...names } = capsule.naming.names
    const { replay } = await replayCapsule({ ...capsule, naming: { ...capsule.naming, names } })
    assert.equal(replay.verdict, 'different')
  }
})

/** The text with the hash and the signature that its first line would have. */
async function signedAnew(text: string, { keyId, sign: signBytes }: CheckpointSigner): Promise<Buffer> {
  const [head = '', ...rest] = text.split('\n')
  const body = rest.join('\n')
  const capsule = { ...JSON.parse(head).capsule, key_id: keyId, sha256: hash('sha256', body) }
  const signature = Buffer.from(await signBytes(Buffer.from(canonicalJson(capsule)))).toString('base64')
  return Buffer.from(`${canonicalJson({ capsule, signature })}\n${body}`)
}

function strangeKey(): CheckpointSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { keyId: keyIdOf(publicKey), sign: async (bytes) => sign(null, bytes, privateKey) }
}
