/** Replays every run of a ledger on which nobody works any more, and keeps what came of it. */
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { openHouse } from '../../src/create-runtime.ts'
import { lineOf } from '../../test/recorded/keep-replayed.ts'
import { keepRun, recordingIn } from '../../test/recorded/kept-run.ts'
import { replayCounted } from '../../test/recorded/replay-counted.ts'
import { openProject, type ProjectName } from './projects.ts'

interface Place {
  readonly ledger: string
  readonly keyring: string
}

export async function harvest(place: Place, name: ProjectName, folder: string): Promise<void> {
  const house = await openHouse(place)
  try {
    const project = openProject(name)
    for (const run of await runsIn(house)) {
      const kept = await keepRun(house, run)
      appendFileSync(
        path.join(folder, `${name}.jsonl`),
        lineOf(`examples/${name}`, kept, await replayCounted(recordingIn(kept), project)),
      )
    }
  } finally {
    await house.close()
  }
}

/** As `charter run replay --all` finds them. */
async function runsIn({ ledger, tenant }: Awaited<ReturnType<typeof openHouse>>): Promise<readonly string[]> {
  const { runs } = await ledger.find(tenant, { runs: { read: 'runs', most: 100_000 } })
  return runs.map(({ run }) => run)
}
