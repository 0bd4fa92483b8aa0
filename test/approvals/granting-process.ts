/** Many people at one keyboard: signs a question as each of them, all at once, as soon as it is told to. */
import { once } from 'node:events'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { openHouse } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import type { PlaceNames } from './place.ts'

interface Granting {
  readonly place: PlaceNames
  readonly approval: string
  readonly signers: readonly string[]
}

const { place, approval, signers }: Granting = JSON.parse(process.argv[2] ?? '{}')
const { ledger, keyring } = place
const house = await openHouse({ ledger, keyring })
process.send?.({ said: 'ready' })
await once(process, 'message')
const codes = await Promise.all(signers.map(codeOfGrant))
await house.close()
process.send?.({ said: 'done', codes }, () => process.disconnect())

/** The code of the error that it ended in, or null. */
async function codeOfGrant(by: string): Promise<string | null> {
  try {
    await answerApproval(house, { approval, by, groups: ['finance'], answer: { type: 'grant' } })
    return null
  } catch (error) {
    return isCharterError(error) ? error.code : String(error)
  }
}
