/** The engine of a refund house in a process of its own, so that a test can kill it. Its orders stand in `REFUND_HOUSE`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRuntime } from '../src/create-runtime.ts'
import type { WrittenTurn } from '../src/models/script.ts'
import { scriptedModel } from '../src/models/scripted-model.ts'
import { agentOf, prices } from './refund-agent.ts'
import { refundTools } from './refund-tools.ts'

export interface Orders {
  readonly ledger: string
  readonly keyring: string
  readonly desk: string
  readonly page: string
  readonly conversations: Readonly<Record<string, readonly WrittenTurn[]>>
  readonly leaseMs: number
}

/** Runs an engine elsewhere; it has entered when this resolves. */
export async function engineElsewhere(orders: Orders) {
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, REFUND_HOUSE: JSON.stringify(orders) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('the engine did not start')))])
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  /** As the machine would: at once, nothing is tidied up. */
  return { kill, [Symbol.asyncDispose]: kill }
}

async function run({ ledger, keyring, desk, page, conversations, leaseMs }: Orders): Promise<void> {
  const pick = (opening: string) => JSON.parse(opening).conversation
  const agent = agentOf(page, refundTools(desk), scriptedModel({ id: 'scripted/refunds', conversations, pick }))
  await createRuntime({ agents: [agent], ledger, keyring, prices, leaseMs })
  process.send?.('ready')
}

if (process.argv[1] === import.meta.filename && process.env.REFUND_HOUSE)
  await run(JSON.parse(process.env.REFUND_HOUSE))
