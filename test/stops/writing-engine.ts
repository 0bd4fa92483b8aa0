/** An engine in a process of its own: `writing-engine.ts '{"place": …}'`. `rest 3` puts the tasks up to round 3 to rest. */
import { createRuntime } from '../../src/create-runtime.ts'
import type { PlaceNames } from '../approvals/place.ts'
import { writingAgents } from './writing-agents.ts'

const { place }: { place: PlaceNames } = JSON.parse(process.argv[2] ?? '{}')

let restedUpTo = 0
process.on('message', (word) => {
  restedUpTo = Number(String(word).replace('rest ', ''))
})

const { ledger, keyring } = place
await createRuntime({
  ledger,
  keyring,
  agents: writingAgents(place, () => restedUpTo),
  // Short, because on PostgreSQL the next engine waits for the end of a killed one's leases.
  leaseMs: 4_000,
  onError: (run, error) => console.error(`${run}: ${error}`),
})
process.send?.({ said: 'ready' })
process.once('disconnect', () => process.exit())
