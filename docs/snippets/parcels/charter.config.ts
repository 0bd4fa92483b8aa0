import { defineAgent, defineConfig } from '../../../src/index.ts'
import { pretendCarrier } from './carrier.ts'
import { parcelCanceller, parcelReader } from './tools.ts'

const carrier = pretendCarrier()
const getParcel = parcelReader(carrier)

export default defineConfig({
  agents: [
    defineAgent({
      charter: new URL('./parcels.charter.yaml', import.meta.url),
      tools: [getParcel, parcelCanceller(carrier, getParcel)],
    }),
  ],
})
