/**
 * Records the files of `test/capsules/versions/` for the capsule version of this commit: once, when a version begins. What stands there
 * is never changed or recorded anew, because it is what somebody else may hold.
 */
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { capsuleVersion } from '../src/capsules/capsule-format.ts'
import { makeCapsule } from '../src/capsules/make-capsule.ts'
import { makeEvidence } from '../src/capsules/make-evidence.ts'
import { capsuleHouseOf, publicKeyOf, type StoryName, story } from '../test/capsules/stories.ts'
import { refundHouse } from '../test/refund-house.ts'

const folder = path.resolve(import.meta.dirname, '../test/capsules/versions')

function keep(name: string, text: string): void {
  const file = path.join(folder, `${capsuleVersion}-${name}`)
  if (existsSync(file)) throw new Error(`${file} is there already, and never changes`)
  writeFileSync(file, text)
}

await using house = await refundHouse()
const recorded: readonly StoryName[] = ['granted', 'edited', 'refused']
for (const name of recorded) {
  const run = await story[name](house)
  keep(`${name}.capsule`, await makeCapsule(capsuleHouseOf(house), run))
  const [sent] = await house.bodies(run, 'effect.dispatched')
  if (sent && name === 'granted')
    keep(`${name}.html`, await makeEvidence(capsuleHouseOf(house), sent.effect, { as: 'page' }))
}
keep('ledger.pub', (await publicKeyOf(house)).export({ type: 'spki', format: 'pem' }).toString())
