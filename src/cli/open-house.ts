/** The ledger and its keys for one command, and closed again behind it. Neither agent nor tool nor configuration is loaded. */
import { readFileSync } from 'node:fs'
import type { House } from '../commands/house.ts'
import { openHouse } from '../create-runtime.ts'
import { CharterError } from '../errors.ts'
import { type GroupFile, readGroupFile } from '../identity/group-file.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { Call } from './call.ts'
import { type Place, type PlaceGiven, placeOf, requireLedger } from './place.ts'

export interface OpenHouse extends House {
  readonly place: Place
  readonly keyring: Keyring
}

/** Throws `ledger_unavailable` where no ledger stands, before one is made in the wrong folder. */
export async function withHouse<Answer>(
  call: Call,
  given: PlaceGiven,
  work: (house: OpenHouse) => Promise<Answer>,
): Promise<Answer> {
  const place = placeOf(call.terminal, given)
  requireLedger(place)
  const house = await openHouse(houseOptions(call, place))
  try {
    return await work({ ...house, place })
  } finally {
    await house.close()
  }
}

export const houseOptions = ({ terminal }: Call, { ledger, keyring, environment }: Place) => ({
  ledger: ledger.kind === 'sqlite' ? ledger.file : ledger.url,
  keyring,
  environment,
  clock: terminal.clock,
  random: terminal.random,
})

/** Throws `group_file_invalid` where it cannot be read: without it nobody is known. */
export function readGroups({ groups: file }: Place): GroupFile {
  try {
    return readGroupFile(file, readFileSync(file, 'utf8'))
  } catch (cause) {
    if (cause instanceof CharterError) throw cause
    throw new CharterError('group_file_invalid', `no group file can be read at \`${file}\``, {
      param: '--groups',
      hint: 'write `charter.groups.yaml` with `principals:` and `groups:`, or name one with `--groups`',
      cause,
    })
  }
}
