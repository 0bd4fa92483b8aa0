/** A ledger as it is found after a cut: opened by the real code in a folder of its own, and looked at. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openHouse } from '../../src/create-runtime.ts'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import { exportHouse } from '../../src/ledger/export-house.ts'
import { verifyExport } from '../../src/ledger/verify.ts'
import { errorMessage } from '../../src/tools/error-message.ts'
import { ledgerVerifies } from '../depot/ledger-verifies.ts'

type OpenedHouse = Awaited<ReturnType<typeof openHouse>>

/** Files by their path, as they would be found. */
export type Images = ReadonlyMap<string, Buffer>

/** Writes the files to another folder, laid out as they were. */
export function restore(images: Images, from: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-cut-'))
  for (const [file, bytes] of images) {
    const place = path.join(folder, path.relative(from, file))
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, bytes)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

export const openIn = (folder: string): Promise<OpenedHouse> =>
  openHouse({ ledger: path.join(folder, 'ledger.db'), keyring: path.join(folder, '.charter/keyring.db') })

export async function eventsOf({ ledger, tenant }: OpenedHouse): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for (;;) {
    const more = await ledger.tail(tenant, events.at(-1)?.position ?? 0, 1_000)
    if (more.length === 0) return events
    events.push(...more)
  }
}

/** What `charter ledger verify` does. */
async function verifies(house: OpenedHouse): Promise<boolean> {
  const lines = await exportHouse(house, { of: 'tenant', tenant: house.tenant }, 'all')
  return (await verifyExport(lines, await house.keyring.signingKey())).ok
}

export interface Fault {
  /** `lost`: somebody had been told of it. `damaged`: it is not how the ledger began, or cannot be read. */
  readonly fault: 'lost' | 'damaged'
  readonly what: string
}

export interface Expected {
  /** Every event there ever was, by position: what is found must be how it begins. */
  readonly all: readonly LedgerEvent[]
  /** Hashes of events that somebody was told of before the cut. */
  readonly promised: readonly string[]
}

/** What is wrong with the ledger that is found: nothing, if all is well. */
export async function faultsOf(images: Images, from: string, expected: Expected): Promise<Fault[]> {
  const { folder, remove } = restore(images, from)
  try {
    const house = await openIn(folder)
    try {
      return await faultsIn(house, expected)
    } finally {
      await house.close()
    }
  } catch (error) {
    return [damaged(`the ledger cannot be read: ${errorMessage(error)}`)]
  } finally {
    remove()
  }
}

/** Of the same files, what the command says in a process of its own. */
export function commandVerifies(images: Images, from: string): boolean {
  const { folder, remove } = restore(images, from)
  try {
    return ledgerVerifies({ folder, ledger: path.join(folder, 'ledger.db') })
  } finally {
    remove()
  }
}

async function faultsIn(house: OpenedHouse, { all, promised }: Expected): Promise<Fault[]> {
  const found = await eventsOf(house)
  const hashes = new Set(found.map(({ hash }) => hash))
  const lost = promised.filter((hash) => !hashes.has(hash))
  const isPrefix = found.every(({ hash }, place) => hash === all[place]?.hash)
  return [
    ...lost.map((hash) => ({ fault: 'lost' as const, what: nameOf(all.find((event) => event.hash === hash)) })),
    ...(isPrefix ? [] : [damaged('what is left is not how the ledger began')]),
    ...(await unreadable(house, found)),
    ...((await verifies(house)) ? [] : [damaged('it does not verify')]),
  ]
}

const damaged = (what: string): Fault => ({ fault: 'damaged', what })

const nameOf = (event: LedgerEvent | undefined): string => `${event?.type} of ${event?.stream}`

const opened = 5

/** The last words of the runs that ended last must open with the keys that are found beside the ledger. */
async function unreadable({ ledger, sealer, tenant }: OpenedHouse, found: readonly LedgerEvent[]): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const { stream, body } of found.filter(({ type }) => type === 'run.ended').slice(-opened)) {
    await sealer.prepare(stream)
    const output = body.output as { readonly n: number } | undefined
    const [payload] = output ? await ledger.payloads(tenant, stream, [output.n]) : []
    if (!payload) faults.push(damaged(`the last word of ${stream} is gone`))
    else if (typeof sealer.open(payload) !== 'string')
      faults.push(damaged(`the last word of ${stream} is something else`))
  }
  return faults
}
