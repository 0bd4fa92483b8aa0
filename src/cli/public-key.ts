/** The key that a file is checked against: one that the reader named, or that of the project the command is called in. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CharterError } from '../errors.ts'
import type { Call } from './call.ts'
import { withHouse } from './open-house.ts'
import { text } from './parameter.ts'
import { type PlaceGiven, placeOf } from './place.ts'

export const keyOption = text('--key <file>', 'the public key as PEM; that of this project unless named')

export interface KeyGiven extends PlaceGiven {
  readonly key: string | undefined
}

export const publicKeyGiven = async (call: Call, given: KeyGiven): Promise<KeyObject> =>
  given.key === undefined ? keyOfProject(call, given) : readKey(call, given.key)

/** Only where a keyring stands already: making one would make a key that signed nothing. */
async function keyOfProject(call: Call, given: PlaceGiven): Promise<KeyObject> {
  const { keyring } = placeOf(call.terminal, given)
  if (existsSync(keyring)) return withHouse(call, given, async (house) => (await house.keyring.signingKey()).publicKey)
  throw new CharterError('usage', 'no key was named to check the file with', {
    param: '--key',
    hint: `${call.typed} --key ledger.pub`,
  })
}

export function readKey({ terminal }: Call, named: string): KeyObject {
  try {
    return createPublicKey(readFileSync(path.resolve(terminal.cwd, named)))
  } catch (cause) {
    const isThere = existsSync(path.resolve(terminal.cwd, named))
    throw new CharterError('usage', isThere ? `\`${named}\` holds no public key` : `no file stands at \`${named}\``, {
      param: '--key',
      hint: 'the key is what `charter ledger key` prints',
      cause,
    })
  }
}
