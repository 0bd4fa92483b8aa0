import { roundToCents } from './float.ts'
import { find, type PaymentMethod, type User } from './records.ts'

/** In a payment history only the id says what kind of method it was. */
export function isGiftCard(paymentMethodId: string): boolean {
  return paymentMethodId.includes('gift_card')
}

/** True when the method is a gift card that holds less than `amount` dollars; other methods have no balance to look at. */
export function cannotCover(method: PaymentMethod, amount: number): boolean {
  return method.source === 'gift_card' && (method.balance ?? 0) < amount
}

/** The user with `amount` dollars more (or less) on that gift card; rounded after each movement, as the data is. */
export function balanceMoved(user: User, giftCardId: string, amount: number): User {
  const card = find(user.payment_methods, giftCardId)
  if (card?.balance === undefined) throw new Error(`\`${giftCardId}\` is no gift card of that customer`)
  const moved = { ...card, balance: roundToCents(card.balance + amount) }
  return { ...user, payment_methods: { ...user.payment_methods, [giftCardId]: moved } }
}
