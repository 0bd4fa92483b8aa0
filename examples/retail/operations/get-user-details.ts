import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Records, User } from '../records.ts'

export function getUserDetails(records: Records, { user_id }: { user_id: string }): Outcome<User> {
  const user = records.user(user_id)
  return user ? accept(user) : refuse('user not found')
}
