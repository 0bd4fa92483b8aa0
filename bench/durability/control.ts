/** The same with the protection taken out in a copy: SQLite is told never to sync. */
import path from 'node:path'
import { type Patch, patchedSource } from '../patched-source.ts'
import { record } from './record.ts'
import { type Replayed, replay } from './replay.ts'

const patch: Patch = {
  file: 'src/ledger/sqlite/sqlite-connection.ts',
  find: 'this.#database.exec(sql)',
  replace: "this.#database.exec(sql.replace(/(synchronous\\s*=\\s*)\\w+/i, '$1OFF'))",
}

const answers = 40
const cuts = 12

export async function playControl(seed: number): Promise<Replayed> {
  using ends = new DisposableStack()
  const engineFile = path.join(patchedSource(ends, patch), 'bench/depot/engine-process.ts')
  const recording = await record({ seed, answers, engineFile })
  ends.defer(recording.remove)
  return await replay(recording, { seed, cuts })
}
