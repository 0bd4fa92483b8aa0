/**
 * Everything pinned of one run in one signed file. Its naming table is made by replaying the run as the reader will:
 * over what the reader sees, so that it holds the name of nothing else.
 */
import type { Clock } from '../clock.ts'
import type { Randomness } from '../ids.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { SealedPayload } from '../ledger/event.ts'
import { exportHouse } from '../ledger/export-house.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Project } from '../replays/project.ts'
import { charterStreamOf, type RecordedHouse } from '../replays/recorded-run.ts'
import { type Recording, readRecording } from '../replays/recording.ts'
import { replayRun } from '../replays/replay.ts'
import {
  type CapsuleHeader,
  type CapsuleParts,
  capsuleBody,
  capsuleHeadLine,
  capsuleText,
  capsuleVersion,
  type EventOrder,
  hashOfBody,
} from './capsule-format.ts'
import { capsuleHouse } from './capsule-house.ts'
import { nameDocuments } from './document-names.ts'
import { type NamingTable, notingNames } from './naming-table.ts'
import { readablePayloads } from './open-keys.ts'
import { recordedTools } from './recorded-tools.ts'
import { streamsOfRun } from './streams-of-run.ts'
import { requireClasses } from './withheld.ts'

export interface CapsuleHouse extends RecordedHouse {
  readonly ledger: RecordedHouse['ledger'] & Pick<Ledger, 'checkpoints'>
  readonly keyring: Pick<Keyring, 'signingKey' | 'keysOf' | 'spares'>
  readonly clock: Clock
  readonly random: Randomness
}

export interface CapsuleWanted {
  /** Retention classes whose content stays here. */
  readonly withheld?: readonly string[]
  /** The tools of today, where they are at hand: names that only their replay asks for are then in the table too. */
  readonly project?: Project | undefined
}

/** The text of the file. Throws `run_not_found`, and `usage` for a class that no content has. */
export async function makeCapsule(house: CapsuleHouse, run: string, wanted: CapsuleWanted = {}): Promise<string> {
  const { withheld = [], project } = wanted
  const recording = await readRecording(house, run)
  requireClasses(withheld, recording)
  const shown = (payload: SealedPayload) => !withheld.includes(payload.class)
  const streams = await streamsOfRun(house, recording)
  const { exported, keys } = await exportRun(house, recording, streams, shown)
  const order = await orderOf(house, streams)
  const said: Omit<CapsuleHeader, 'sha256'> = {
    charter_capsule: capsuleVersion,
    ledger: house.ledger.id,
    tenant: house.tenant,
    run,
    at: house.clock.now(),
    key_id: (await house.keyring.signingKey()).keyId,
    withheld: [...withheld].sort(),
  }
  const parts = { order, keys, exported }
  const naming = await namesAsked(house, recording, { ...parts, header: { ...said, sha256: '' } }, project)
  return sign(house, said, { ...parts, naming })
}

async function sign(house: CapsuleHouse, said: Omit<CapsuleHeader, 'sha256'>, parts: CapsuleParts): Promise<string> {
  const body = capsuleBody(parts)
  const header = { ...said, sha256: hashOfBody(Buffer.from(`\n${body}`)) }
  const signature = await (await house.keyring.signingKey()).sign(Buffer.from(capsuleText(header)))
  return `${capsuleHeadLine(header, Buffer.from(signature).toString('base64'))}${body}`
}

/** Streams of a run with what of their content may be seen, and the keys to it. */
export async function exportRun(
  house: CapsuleHouse,
  recording: Recording,
  streams: readonly string[],
  isShown: (payload: SealedPayload) => boolean,
) {
  const { ledger, keyring, tenant } = house
  const pages = await pagesNeeded(house, recording)
  const readable = readablePayloads(
    keyring,
    tenant,
    (payload) => isShown(payload) && (!payload.stream.startsWith('charter/') || pages.has(payload.n)),
  )
  const lines = await exportHouse(house, { of: 'streams', tenant, streams }, async (_, stream, ns) =>
    readable.of(stream, await ledger.payloads(tenant, stream, ns)),
  )
  const exported = (await Array.fromAsync(lines)).join('')
  return { exported, keys: readable.keys() }
}

/** Other pages of the agent are none of the reader's business. */
async function pagesNeeded({ ledger, tenant }: CapsuleHouse, { started, pages }: Recording): Promise<Set<number>> {
  const applied = await ledger.read(tenant, charterStreamOf(started))
  const needed = applied.filter(({ body }) => pages.has(String(body.charter)))
  return new Set(needed.flatMap(({ body }) => numberIn(body.page)))
}

const numberIn = (ref: unknown): number[] => {
  const n = typeof ref === 'object' && ref !== null && 'n' in ref ? ref.n : undefined
  return typeof n === 'number' ? [n] : []
}

/** Places in the ledger tell how much else happened there; the order is all that a replay goes by. */
async function orderOf({ ledger, tenant }: CapsuleHouse, streams: readonly string[]): Promise<EventOrder> {
  const events = (await Promise.all(streams.map((stream) => ledger.read(tenant, stream)))).flat()
  const order: Record<string, number[]> = {}
  for (const [place, { stream, seq }] of events.sort((a, b) => a.position - b.position).entries()) {
    const places = order[stream] ?? []
    places[seq - 1] = place + 1
    order[stream] = places
  }
  return order
}

type Unnamed = Omit<CapsuleParts, 'naming'> & { readonly header: CapsuleHeader }

/** The tools answer as they did, whatever is withheld: the reader may have them, and then asks for these names. */
async function namesAsked(
  house: CapsuleHouse,
  recording: Recording,
  unnamed: Unnamed,
  project: Project | undefined,
): Promise<NamingTable> {
  const salt = Buffer.from(house.random.bytes(16)).toString('hex')
  const notes = notingNames(house.sealer, salt)
  const capsule = { ...unnamed, signature: '', naming: { salt, names: {} } }
  const seen = await readRecording(capsuleHouse(capsule, notes.naming), unnamed.header.run)
  const recorded = recording.release?.contracts && (await recordedTools(recording))
  if (recorded) await replayRun({ ...seen, naming: recorded.naming(notes.naming) }, recorded.project)
  if (project) await replayRun(seen, project)
  nameDocuments(seen, house.sealer, notes.naming)
  return notes.table()
}
