/** The parcels of `docs/snippets/parcels`, with what an hour of people and a call of the carrier cost, and metrics of one's own. */
import { defineConfig, defineMetric } from '../../../src/index.ts'
import parcels from '../parcels/charter.config.ts'

export default defineConfig({
  ...parcels,
  // #region costs
  costs: {
    peoplePerHourUsd: '48.00',
    minutesPerSignature: 2,
    toolFeesUsd: { get_parcel: '0.002' },
  },
  // #endregion
  // #region metrics
  metrics: [
    defineMetric({ name: 'csat', about: 'What customers say, 1 to 5.', unit: 'points', better: 'higher' }),
    defineMetric({
      name: 'cheap_runs',
      about: 'Runs whose model cost less than five cents.',
      unit: 'share',
      better: 'higher',
      of: ({ cost }) => (cost.model < 50_000 ? 1 : 0),
    }),
  ],
  // #endregion
})
