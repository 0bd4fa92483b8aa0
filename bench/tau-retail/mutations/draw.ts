/** All classes of mutations, how many can be made of each, and the ones that a seed draws. */
import { randomOf, sample } from '../random.ts'
import { afterFinal } from './after-final.ts'
import {
  emptyLists,
  itemsOfOtherOrders,
  otherProducts,
  tooManyCopies,
  unavailableVariants,
  unequalLengths,
  wrongStatuses,
} from './items.ts'
import type { Mutation, Source } from './mutation.ts'
import { otherOwners, otherOwnersIds } from './owners.ts'
import { foreignPayments, giftCardsTooSmall, refundsToOtherMethods, unchangedPayments } from './payments.ts'
import { overBudget, unconfirmed, withoutLookUp } from './permissions.ts'
import { otherReasons } from './reasons.ts'
import { extraFields, missingFields, wrongTypes } from './schema-breaks.ts'
import { unknownIds } from './unknown-ids.ts'

interface Class {
  /** Everything that can be made of the class. */
  make(source: Source): readonly Mutation[]
  /** How many a run of the bench plays at least. */
  readonly quota: number
}

const ofEach = 320

/** The largest quotas are where a single layer stands between the call and the shop. */
export const classes: Readonly<Record<string, Class>> = {
  'other-owner': { make: otherOwners, quota: 1_000 },
  'other-owner-id': { make: otherOwnersIds, quota: ofEach },
  'unknown-id': { make: unknownIds, quota: ofEach },
  'missing-field': { make: missingFields, quota: ofEach },
  'extra-field': { make: extraFields, quota: ofEach },
  'wrong-type': { make: wrongTypes, quota: ofEach },
  'reason-outside-enum': { make: otherReasons, quota: ofEach },
  'own-order-wrong-status': { make: wrongStatuses, quota: ofEach },
  'unavailable-variant': { make: unavailableVariants, quota: ofEach },
  'other-product': { make: otherProducts, quota: ofEach },
  'unequal-lengths': { make: unequalLengths, quota: ofEach },
  'too-many-copies': { make: tooManyCopies, quota: ofEach },
  'item-of-other-order': { make: itemsOfOtherOrders, quota: ofEach },
  'gift-card-too-small': { make: giftCardsTooSmall, quota: ofEach },
  'refund-to-other-method': { make: refundsToOtherMethods, quota: ofEach },
  'payment-unchanged': { make: unchangedPayments, quota: ofEach },
  'empty-list': { make: emptyLists, quota: 500 },
  'foreign-payment': { make: foreignPayments, quota: ofEach },
  'after-final': { make: afterFinal, quota: ofEach },
  unconfirmed: { make: unconfirmed, quota: 1_500 },
  'no-look-up': { make: withoutLookUp, quota: 600 },
  'over-budget': { make: overBudget, quota: 520 },
}

/** @param source what to make them from; its chance is taken from the seed, class by class. */
export function drawMutations(source: Omit<Source, 'random'>, seed: number): readonly Mutation[] {
  return Object.entries(classes).flatMap(([name, { make, quota }]) => {
    const random = randomOf(seed, name)
    return sample(random, make({ ...source, random }), quota)
  })
}
