/** Writes that are under way or unknown. */
import type { House } from '../commands/house.ts'
import type { EffectRow } from '../ledger/reads.ts'

const atOnce = 200

/** Of one run, or of all. */
export async function openEffects(
  { ledger, tenant }: Pick<House, 'ledger' | 'tenant'>,
  run?: string,
): Promise<readonly EffectRow[]> {
  const found: EffectRow[] = []
  for (let before: string | undefined; ; ) {
    const wanted = { read: 'effects', status: 'open', most: atOnce, ...(before !== undefined && { before }) } as const
    const { effects } = await ledger.find(tenant, { effects: wanted })
    found.push(...effects.filter((effect) => run === undefined || effect.run === run))
    before = effects.at(-1)?.effect
    if (effects.length < atOnce) return found
  }
}
