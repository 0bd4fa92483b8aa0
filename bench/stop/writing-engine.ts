/** An engine in a process of its own, to be killed: `writing-engine.ts '{"place": …}'`. */
import { createRuntime } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import type { PlaceNames } from '../../test/approvals/place.ts'
import { writingAgents } from './agents.ts'
import { lanes } from './tickets.ts'

const { place }: { place: PlaceNames } = JSON.parse(process.argv[2] ?? '{}')

const { ledger, keyring } = place
await createRuntime({
  ledger,
  keyring,
  agents: writingAgents(place),
  concurrency: lanes.length,
  // Short, because on PostgreSQL the next engine waits for the end of a killed one's leases.
  leaseMs: 3_000,
  onError: (run, error) => {
    if (!isUsual(error)) console.error(`${run}: ${error}`)
  },
})
process.send?.({ said: 'ready' })
// Whoever spawned the engine takes it along when it dies.
process.once('disconnect', () => process.exit())

/** A late answer of a tool is written into the stream of its run, which is then read again. */
function isUsual(error: unknown): boolean {
  return isCharterError(error) && error.code === 'ledger_version_conflict'
}
