/** Seeds that found a fault of the product or of the world, each with its story. */
export interface KnownSeed {
  readonly seed: string
  readonly story: string
}

export const knownSeeds: readonly KnownSeed[] = [
  {
    seed: '18',
    story: 'a stop was called quiet while an earlier attempt of an effect that recovery had sent again was on the wire',
  },
]
