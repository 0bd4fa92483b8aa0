import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Directory } from '../records.ts'

export function findUserIdByEmail(directory: Directory, { email }: { email: string }): Outcome<string> {
  const id = directory.userIdByEmail(email)
  return id === undefined ? refuse('user not found') : accept(id)
}
