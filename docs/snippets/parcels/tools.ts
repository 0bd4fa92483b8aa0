import { z } from 'zod'
import { defineTool, money, NotCommitted } from '../../../src/index.ts'
import { type Carrier, CarrierRefused } from './carrier.ts'

const parcelNumber = z.string().describe('the number of a parcel, such as p_1')

// #region read
export const parcelReader = (carrier: Carrier) =>
  defineTool({
    name: 'get_parcel',
    description: 'Read a parcel: whose it is, whether it has left, and what it is worth.',
    kind: 'read',
    inputSchema: z.strictObject({ parcel: parcelNumber }),
    outputSchema: z.object({ customer: z.string(), status: z.string(), value: money('usd') }),
    subjects: ({ parcel }) => ({ parcel }),
    execute: ({ parcel }) => carrier.find(parcel),
  })
// #endregion

// #region write
export const parcelCanceller = (carrier: Carrier, getParcel: ReturnType<typeof parcelReader>) =>
  defineTool({
    name: 'cancel_parcel',
    description: 'Cancel a parcel that has not left yet.',
    kind: 'write',
    inputSchema: z.strictObject({ parcel: parcelNumber, reason: z.string().describe('why, in a sentence') }),
    outputSchema: z.object({ cancellation: z.string() }),
    subjects: async ({ parcel }, { read }) => ({ parcel, customer: (await read(getParcel, { parcel })).customer }),
    factsSchema: z.object({ status: z.string(), value: money('usd') }),
    facts: ({ parcel }, { read }) => read(getParcel, { parcel }),
    check: (_input, { status }) => status === 'ready' || `the parcel is ${status}`,
    deadline: '2s',
    settlesWithin: '1s',
    execute: async ({ parcel }, { key }) => {
      try {
        return await carrier.cancel(parcel, key)
      } catch (cause) {
        // A refusal did certainly nothing. Any other error proves nothing, so it is left as it is.
        if (cause instanceof CarrierRefused) throw new NotCommitted(cause.message, { cause })
        throw cause
      }
    },
    verify: async ({ key }) => {
      const found = await carrier.findByReference(key)
      return found ? { answer: 'committed', output: found } : { answer: 'absent' }
    },
  })
// #endregion
