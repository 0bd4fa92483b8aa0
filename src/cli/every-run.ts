import type { House } from '../commands/house.ts'
import type { RunRow } from '../ledger/reads.ts'

const atOnce = 200

/** All runs of the environment, the newest first. */
export async function* everyRun({ ledger, tenant, environment }: House): AsyncGenerator<RunRow> {
  let before: string | undefined
  for (;;) {
    const { runs } = await ledger.find(tenant, {
      runs: { read: 'runs', environment, most: atOnce, ...(before !== undefined && { before }) },
    })
    yield* runs
    if (runs.length < atOnce) return
    before = runs.at(-1)?.run
  }
}
