/**
 * A reader in a process of its own, in a folder that holds one file and the pinned key: makes one changed copy of the file
 * after the other and asks the product's own check, or the script of the page, whether it holds.
 */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { checkCapsule } from '../../src/capsules/check-capsule.ts'
import { checkEvidence } from '../../src/capsules/check-evidence.ts'
import { openPage } from '../../test/capsules/open-page.ts'
import { changesAt } from '../tamper/byte-edits.ts'
import { randomOf } from '../tau-retail/random.ts'
import type { Kind } from './hand-over.ts'

export interface EditsChecked {
  readonly bytes: number
  readonly edits: number
  readonly found: number
  /** By place, the first few that were not. */
  readonly missed: readonly string[]
  readonly pageDataEdits: number
  readonly pageFound: number
}

/** `file kind seed places pagePlaces` */
const [file = '', kind = '', seed = '0', places = '0', pagePlaces = '0'] = process.argv.slice(2)
const original = readFileSync(file)
const publicKey = createPublicKey(readFileSync('ledger.pub'))
const missed: string[] = []

const holds = async (bytes: Buffer): Promise<boolean> =>
  (kind as Kind) === 'capsule' ? (await checkCapsule(bytes, publicKey)).ok : (await checkEvidence(bytes, publicKey)).ok

async function tryAll(from: number, to: number, count: number, isFound: (bytes: Buffer) => Promise<boolean>) {
  const random = randomOf(Number(seed), `${file} ${from}`)
  const stride = Math.max(1, Math.floor((to - from) / Math.max(1, count)))
  const tally = { edits: 0, found: 0 }
  for (let at = from + random.below(stride); count > 0 && at < to; at += stride) {
    for (const [how, bytes] of changesAt(original, at, random)) {
      tally.edits += 1
      if (await isFound(bytes)) tally.found += 1
      else if (missed.length < 10) missed.push(`${file}, byte ${at}: ${how}`)
    }
  }
  return tally
}

const dataOpens = 'id="evidence">'
const dataFrom = original.indexOf(dataOpens) + dataOpens.length
const dataTo = original.indexOf('</script>', dataFrom)

const byCommand = await tryAll(0, original.length, Number(places), async (bytes) => !(await holds(bytes)))
const byPage =
  kind === 'page'
    ? await tryAll(dataFrom, dataTo, Number(pagePlaces), async (bytes) => !(await openPage(bytes.toString())).holds)
    : { edits: 0, found: 0 }
const checked: EditsChecked = {
  bytes: original.length,
  ...byCommand,
  missed,
  pageDataEdits: byPage.edits,
  pageFound: byPage.found,
}
process.stdout.write(JSON.stringify(checked))
