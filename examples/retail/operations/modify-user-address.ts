import { accept, type Outcome, refuse } from '../outcome.ts'
import { type Address, changedUser, type Records, type User } from '../records.ts'

export function modifyUserAddress(records: Records, input: Address & { user_id: string }): Outcome<User> {
  const user = records.user(input.user_id)
  if (!user) return refuse('user not found')
  const { address1, address2, city, state, country, zip } = input
  const moved = { ...user, address: { address1, address2, city, state, country, zip } }
  return accept(moved, [changedUser(input.user_id, moved)])
}
