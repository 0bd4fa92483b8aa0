import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Directory } from '../records.ts'

interface Input {
  first_name: string
  last_name: string
  zip: string
}

export function findUserIdByNameZip(directory: Directory, { first_name, last_name, zip }: Input): Outcome<string> {
  const id = directory.userIdByNameAndZip(first_name, last_name, zip)
  return id === undefined ? refuse('user not found') : accept(id)
}
