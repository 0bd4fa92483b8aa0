/**
 * A pretended carrier. It does not know idempotency keys: two requests are two cancellations, each with a fee. But it
 * keeps the reference that a request came with, and can be asked for it.
 */
export interface Parcel {
  readonly customer: string
  readonly status: 'ready' | 'on_its_way' | 'cancelled'
  /** Decimal dollars. */
  readonly value: string
}

export class CarrierRefused extends Error {}

export interface Carrier {
  find(parcel: string): Promise<Parcel>
  cancel(parcel: string, reference: string): Promise<{ cancellation: string }>
  findByReference(reference: string): Promise<{ cancellation: string } | undefined>
}

export interface Cancelled {
  readonly parcel: string
  readonly reference: string
}

/** `lostAnswers` of its first answers never arrive, though what was asked is done. */
export function pretendCarrier(lostAnswers = 0): Carrier & { readonly cancelled: readonly Cancelled[] } {
  const parcels = new Map<string, Parcel>([
    ['p_1', { customer: 'c_7', status: 'ready', value: '35.00' }],
    ['p_2', { customer: 'c_8', status: 'on_its_way', value: '120.00' }],
  ])
  const cancelled: Cancelled[] = []
  const findParcel = (parcel: string): Parcel => {
    const found = parcels.get(parcel)
    if (!found) throw new CarrierRefused(`there is no parcel ${parcel}`)
    return found
  }
  return {
    cancelled,
    find: async (parcel) => findParcel(parcel),
    async cancel(parcel, reference) {
      const found = findParcel(parcel)
      if (found.status === 'on_its_way') throw new CarrierRefused('the parcel has left already')
      parcels.set(parcel, { ...found, status: 'cancelled' })
      cancelled.push({ parcel, reference })
      if (cancelled.length <= lostAnswers) throw new Error('socket hang up')
      return { cancellation: `x_${cancelled.length}` }
    },
    async findByReference(reference) {
      const index = cancelled.findIndex((each) => each.reference === reference)
      return index === -1 ? undefined : { cancellation: `x_${index + 1}` }
    },
  }
}
