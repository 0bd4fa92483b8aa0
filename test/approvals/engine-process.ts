/** An engine in a process of its own, to be killed: `engine-process.ts '{"place": …, "halt": "before_send"}'`. */
import { createRuntime } from '../../src/create-runtime.ts'
import type { PlaceNames } from './place.ts'
import { type Halt, refundAgent } from './refund-agent.ts'

const { place, halt }: { place: PlaceNames; halt?: Halt } = JSON.parse(process.argv[2] ?? '{}')

const haltAt = async (at: Halt): Promise<void> => {
  if (at !== halt) return
  process.send?.({ said: at })
  await new Promise(() => {})
}

const { ledger, keyring } = place
await createRuntime({
  ledger,
  keyring,
  agents: [refundAgent(place, haltAt)],
  // Short, because on PostgreSQL the next engine waits for the end of a killed one's leases.
  leaseMs: 4_000,
  onError: (run, error) => console.error(`${run}: ${error}`),
})
process.send?.({ said: 'ready' })
// Whoever spawned the engine takes it along when it dies.
process.once('disconnect', () => process.exit())
