/** A capsule as a house of one run: whoever reads a run out of a ledger reads it out of this. */
import { createSecretKey } from 'node:crypto'
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { keyIdIn, open } from '../keyring/seal.ts'
import type { LedgerEvent, SealedPayload } from '../ledger/event.ts'
import { parseLine } from '../ledger/export-format.ts'
import type { RecordedHouse } from '../replays/recorded-run.ts'
import { type Naming, type Recording, readRecording } from '../replays/recording.ts'
import type { EventOrder, ReadCapsule } from './capsule-format.ts'
import { namingOf } from './naming-table.ts'

export type Capsule = ReadCapsule

export const recordingOf = (capsule: Capsule): Promise<Recording> =>
  readRecording(capsuleHouse(capsule), capsule.header.run)

/** With names of its own table, unless others are given. */
export function capsuleHouse(capsule: Capsule, naming: Naming = namingOf(capsule.naming)): RecordedHouse {
  const { ledger, tenant } = capsule.header
  const { events, payloads } = contentsOf(capsule.exported, capsule.order)
  const keys = new Map(capsule.keys.map(({ id, key }) => [id, createSecretKey(key, 'base64')]))
  return {
    tenant,
    ledger: {
      id: ledger,
      read: async (_, stream, after = 0) => (events.get(stream) ?? []).filter(({ seq }) => seq > after),
      payloads: async (_, stream, ns) => (payloads.get(stream) ?? []).filter(({ n }) => ns.includes(n)),
    },
    sealer: {
      prepare: async () => {},
      open: (payload) => {
        const key = keys.get(keyIdIn(payload.ciphertext))
        if (key) return open(key, { ...payload, tenant }, payload.ciphertext)
        throw new CharterError('payload_erased', `payload ${payload.n} of \`${payload.stream}\` is not in this file`)
      },
      digest: (value) => naming.digest(value),
      pseudonym: (kind, value) => naming.pseudonym(kind, value),
    },
  }
}

interface Contents {
  readonly events: Map<string, LedgerEvent[]>
  readonly payloads: Map<string, SealedPayload[]>
}

/** Of an export that was checked. */
function contentsOf(exported: string, order: EventOrder): Contents {
  const contents: Contents = { events: new Map(), payloads: new Map() }
  for (const line of exported.split('\n').filter((text) => text !== '')) {
    const parsed = parseLine(Buffer.from(line))
    if ('event' in parsed) {
      const event = eventIn(line, parsed.event.hash, order)
      add(contents.events, event.stream, event)
    }
    if ('payload' in parsed) {
      const { ciphertext, ...rest } = parsed.payload
      add(contents.payloads, rest.stream, { ...rest, ciphertext: Buffer.from(ciphertext, 'base64') })
    }
  }
  return contents
}

function eventIn(line: string, eventHash: string, order: EventOrder): LedgerEvent {
  const { event } = JSON.parse(line) as { event: Omit<LedgerEvent, 'position' | 'hash' | 'prevHash'> & Json }
  const { prev_hash: prevHash, ...rest } = event as JsonObject
  const fields = rest as object as Omit<LedgerEvent, 'position' | 'hash' | 'prevHash'>
  const position = order[fields.stream]?.[fields.seq - 1] ?? 0
  return { ...fields, position, prevHash: String(prevHash), hash: eventHash }
}

function add<Value>(to: Map<string, Value[]>, stream: string, value: Value): void {
  const own = to.get(stream)
  if (own) own.push(value)
  else to.set(stream, [value])
}
