/** A fresh process that starts a run of writes, and says when its first write stood committed in the ledger. */
import path from 'node:path'
import { printLine } from '../peers/measure.ts'
import { openClerk } from './clerk/open-clerk.ts'

export interface FirstAction {
  /** Milliseconds since 1970. */
  readonly at: number
}

async function run({ place, folder }: { place: string; folder: string }): Promise<void> {
  await using clerk = await openClerk({ ledger: place, keyring: path.join(folder, '.charter', 'keyring.db') }, '')
  const { ledger, tenant } = clerk.runtime.house
  const over = new AbortController()
  const played = clerk.play('writes')
  for (;;) {
    const changed = ledger.changed(over.signal)
    const events = await ledger.tail(tenant, 0, 100)
    if (events.some(({ type }) => type === 'effect.committed')) break
    await changed
  }
  const at = performance.timeOrigin + performance.now()
  over.abort()
  await played
  printLine({ at } satisfies FirstAction)
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '{}'))
