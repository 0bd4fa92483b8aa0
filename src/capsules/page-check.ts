/**
 * What an evidence page does by itself, offline, in any browser: it makes every hash, proof and signature of its data
 * again. The page carries the text of these functions, so they use nothing but each other and what browsers have.
 */
import {
  type Bytes,
  canonical,
  embedded,
  fromBase64,
  fromHex,
  given,
  hashOf,
  joined,
  need,
  sha256,
  toHex,
  utf8,
} from './page-bytes.ts'

export interface PageCheck {
  readonly what: string
  readonly holds: boolean
  readonly said: string
}

interface Line {
  readonly [name: string]: never
}

interface Key {
  readonly id: string
  readonly key: string
}

export interface Said {
  readonly ledger: string
  readonly tenant: string
  readonly run: string
  readonly effect: string
  readonly key_id: string
  readonly public_key: string
  readonly keys: readonly Key[]
  readonly exported: string
  readonly sections: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[]
}

type Verify = (text: string, signature: string) => Promise<boolean>

/** Never throws: what cannot be read does not hold. */
export async function checkPageData(text: string): Promise<PageCheck[]> {
  const checks: PageCheck[] = []
  const check = async (what: string, work: () => Promise<string>) => {
    try {
      checks.push({ what, holds: true, said: await work() })
    } catch (error) {
      checks.push({ what, holds: false, said: error instanceof Error ? error.message : String(error) })
    }
  }
  let said: Said | undefined
  let verify: Verify = async () => false
  await check('The data is written in its one spelling', async () => {
    const file = JSON.parse(text)
    need(embedded(canonical(file)) === text, 'it is spelled otherwise')
    said = file.evidence
    return `${text.length} characters`
  })
  await check('The data is signed', async () => {
    const { evidence, signature } = JSON.parse(text)
    verify = await verifierOf(evidence)
    need(await verify(canonical(evidence), signature), 'the signature does not hold')
    return `by the key ${evidence.key_id}`
  })
  await check('The checkpoint of the ledger is signed with the same key', async () =>
    checkSignatures(given(said), verify),
  )
  await check('Each event has its hash and follows from the one before', async () => checkEvents(given(said)))
  await check('Each stream is in the tree of the checkpoint', async () => checkLeaves(given(said)))
  await check('The sealed content is what the events name, and opens', async () => checkPayloads(given(said)))
  await check('The write that this page is about stands in the events', async () => checkWrite(given(said)))
  return checks
}

/** The key that stands in the data: whose it is, the data cannot say. */
async function verifierOf({ public_key: publicKey, key_id: keyId }: Said): Promise<Verify> {
  const spki = fromBase64(publicKey)
  need(keyId === `ed25519:${toHex(await sha256(spki)).slice(0, 32)}`, 'the key is not the one that it is called')
  const key = await crypto.subtle.importKey('spki', spki, { name: 'Ed25519' }, false, ['verify'])
  return (text, signature) => crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64(signature), utf8(text))
}

function linesOf({ exported }: Said): Line[] {
  const lines = exported.split('\n')
  need(lines.pop() === '', 'the export is cut off')
  return lines.map((line) => JSON.parse(line))
}

async function checkSignatures(said: Said, verify: Verify): Promise<string> {
  const [first, second] = linesOf(said)
  const { header, signature } = given(first) as object as { header: Record<string, string>; signature: string }
  const { checkpoint, signature: signed } = given(second) as object as {
    checkpoint: Record<string, string>
    signature: string
  }
  need(header.ledger === said.ledger && header.key_id === said.key_id, 'the export is of another ledger')
  need(checkpoint.key_id === said.key_id, 'the checkpoint is signed with another key')
  need(await verify(canonical(header), signature), 'the signature of the export does not hold')
  const text = canonical({ charter_checkpoint: 1, ledger: said.ledger, ...checkpoint })
  need(await verify(text, signed), 'the signature of the checkpoint does not hold')
  return `checkpoint ${checkpoint.n}, a tree of ${checkpoint.size} leaves`
}

interface Leaf {
  readonly index: number
  readonly tenant: string
  readonly stream: string
  readonly seq: number
  readonly hash: string
}

function leavesOf(said: Said): { leaf: Leaf; proof: string[] }[] {
  return linesOf(said).filter((line) => 'leaf' in line) as object as { leaf: Leaf; proof: string[] }[]
}

async function checkEvents(said: Said): Promise<string> {
  const heads = new Map<string, { seq: number; hash: string }>()
  const lines = said.exported.split('\n').filter((line) => line.startsWith('{"event":'))
  for (const line of lines) {
    const { event, hash } = JSON.parse(line)
    const { ledger, tenant } = said
    const { stream } = event
    const head = heads.get(stream) ?? { seq: 0, hash: await hashOf({ ledger, stream, tenant }) }
    const at = `event ${event.seq} of ${stream}`
    need(event.tenant === tenant && event.seq === head.seq + 1, `${at} is not where it belongs`)
    need(event.prev_hash === head.hash, `${at} does not follow from the one before`)
    need((await hashOf(event)) === hash, `${at} was changed`)
    heads.set(stream, { seq: event.seq, hash })
  }
  const leaves = leavesOf(said)
  for (const { leaf } of leaves) {
    const head = heads.get(leaf.stream)
    need(head?.seq === leaf.seq && head.hash === leaf.hash, `${leaf.stream} does not end as the checkpoint says`)
  }
  need(heads.size === leaves.length, 'there are events that no checkpoint speaks of')
  return `${lines.length} events in ${heads.size} streams`
}

async function checkLeaves(said: Said): Promise<string> {
  const { checkpoint } = linesOf(said)[1] as object as { checkpoint: { size: number; root: string } }
  const leaves = leavesOf(said)
  for (const { leaf, proof } of leaves) {
    const { stream, seq, hash, tenant } = leaf
    const head = await hashOf({ hash, seq, stream })
    const tag = await hashOf({ ledger: said.ledger, tenant })
    const start = await sha256(joined(Uint8Array.of(0), utf8(canonical({ head, tenant: tag }))))
    const root = await rootFrom(start, leaf.index, checkpoint.size, proof)
    need(root === checkpoint.root, `${stream} is not in the tree`)
  }
  return `${leaves.length} inclusion proofs to the root ${checkpoint.root.slice(0, 16)}…`
}

/** RFC 9162, 2.1.3.2. */
async function rootFrom(start: Bytes, index: number, size: number, proof: readonly string[]): Promise<string> {
  let [node, last, value] = [index, size - 1, start]
  for (const sibling of proof.map(fromHex)) {
    need(last > 0, 'a proof is too long')
    const isRight = node % 2 === 1 || node === last
    value = await sha256(joined(Uint8Array.of(1), isRight ? sibling : value, isRight ? value : sibling))
    while (isRight && node % 2 === 0 && node > 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  need(last === 0, 'a proof is too short')
  return toHex(value)
}

async function checkPayloads(said: Said): Promise<string> {
  const keys = new Map(said.keys.map(({ id, key }) => [id, key]))
  const named = new Map<string, string>()
  let opened = 0
  for (const line of linesOf(said) as { event?: { stream: string; body: unknown }; payload?: Payload }[]) {
    if (line.event) nameAll(named, line.event.stream, line.event.body)
    if (!line.payload) continue
    const { stream, n, class: ofClass, ciphertext } = line.payload
    const at = `content ${n} of ${stream}`
    const bytes = fromBase64(ciphertext)
    need(named.get(canonical([stream, n, ofClass])) === toHex(await sha256(bytes)), `${at} is not what its event names`)
    await openPayload(said.tenant, line.payload, bytes, keys).catch(() => need(false, `${at} does not open`))
    opened += 1
  }
  return `${opened} contents`
}

interface Payload {
  readonly stream: string
  readonly n: number
  readonly class: string
  readonly ciphertext: string
}

function nameAll(named: Map<string, string>, stream: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const ref = value as { n?: number; class?: string; sha256?: string }
  if (ref.sha256 !== undefined) named.set(canonical([stream, ref.n, ref.class]), ref.sha256)
  for (const part of Object.values(value)) nameAll(named, stream, part)
}

async function openPayload(
  tenant: string,
  { stream, n, class: ofClass }: Payload,
  bytes: Bytes,
  keys: ReadonlyMap<string, string>,
): Promise<void> {
  const idLength = given(bytes[1])
  const id = String.fromCharCode(...bytes.subarray(2, 2 + idLength))
  const nonceAt = 2 + idLength
  const key = await crypto.subtle.importKey('raw', fromBase64(given(keys.get(id))), 'AES-GCM', false, ['decrypt'])
  const iv = bytes.subarray(nonceAt, nonceAt + 12)
  const additionalData = utf8(canonical([tenant, stream, n, ofClass, id]))
  await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes.subarray(nonceAt + 12))
}

async function checkWrite(said: Said): Promise<string> {
  const lines = linesOf(said) as { event?: { stream: string; type: string; body: { effect?: string } } }[]
  const sent = lines.filter(({ event }) => event?.type === 'effect.dispatched' && event.body.effect === said.effect)
  const [first] = sent
  need(first?.event?.stream === `run/${said.run}`, 'it does not')
  return `${said.effect}, dispatched ${sent.length === 1 ? 'once' : `${sent.length} times`}`
}

export const checkFunctions = [
  checkPageData,
  verifierOf,
  linesOf,
  checkSignatures,
  leavesOf,
  checkEvents,
  checkLeaves,
  rootFrom,
  checkPayloads,
  nameAll,
  openPayload,
  checkWrite,
] as const
