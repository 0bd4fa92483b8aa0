/** Seeds that found a fault of the product or of the world, each with its story. A seed whose plan is drawn otherwise now is another. */
export interface KnownSeed {
  readonly seed: string
  readonly story: string
}

export const knownSeeds: readonly KnownSeed[] = [
  {
    seed: '18',
    story: 'a stop was called quiet while an earlier attempt of an effect that recovery had sent again was on the wire',
  },
  {
    seed: '46',
    story: 'the lease was lost between the answer to a message and its append, and the answer was forgotten',
  },
  {
    seed: '129',
    story: 'the world itself took back at a second power cut what had survived the first',
  },
]
