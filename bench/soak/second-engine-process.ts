/**
 * A second engine on the same ledger, there to be killed. On PostgreSQL it moves runs until then; a ledger in one file
 * has one engine, so there it is turned away and goes on trying.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createRuntime } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import { prices } from '../../test/refund-agent.ts'
import { type SoakPlace, soakAgent } from './soak-agent.ts'

const { ledger, keyring, desk }: SoakPlace = JSON.parse(process.argv[2] ?? '{}')
const lookAgainMs = 100

process.once('disconnect', () => process.exit())
for (let entered = false; !entered; ) {
  try {
    await createRuntime({ agents: [soakAgent(desk)], ledger, keyring, prices, leaseMs: 5_000 })
    entered = true
    process.send?.('entered')
  } catch (error) {
    if (!isCharterError(error) || error.code !== 'ledger_locked') throw error
    process.send?.('turned away')
    await pause(lookAgainMs)
  }
}
