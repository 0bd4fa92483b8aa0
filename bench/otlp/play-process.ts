/**
 * The engine, in a process of its own: `play-process.ts '{"folder": …}'`. It plays its runs as fast as it can, sixteen at a time,
 * every other one in a trace of its caller's, and tells of each which one that was.
 */
import { createHash } from 'node:crypto'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime } from '../../src/create-runtime.ts'
import { tracedAgent } from './agent.ts'
import type { Played, PlayOrders } from './spawn-play.ts'

const orders: PlayOrders = JSON.parse(process.argv[2] ?? '{}')
const { folder, ledger, keyring, desk, runs, seed } = orders
const atOnce = 16

const agent = tracedAgent(folder, desk)
const runtime = await createRuntime({ agents: [agent], ledger, keyring })
let next = 0

const digits = (text: string, length: number) =>
  createHash('sha256').update(`${seed} ${text}`).digest('hex').slice(0, length)

async function playOne(n: number): Promise<void> {
  const traceparent = n % 2 === 0 ? `00-${digits(`trace ${n}`, 32)}-${digits(`span ${n}`, 16)}-01` : undefined
  const input = { task: `t_${n}`, asks: n % 10 === 0 }
  const handle = await runtime.start(agent, { input, traceparent })
  let result = await handle.settled()
  if (result.status === 'waiting') {
    for (const { id } of result.approvals)
      await answerApproval(runtime.house, {
        approval: id,
        by: 'fay@acme.example',
        groups: ['finance'],
        answer: { type: 'grant' },
      })
    result = await handle.settled()
  }
  const played: Played = { run: handle.id, status: result.status, traceparent: traceparent ?? null }
  process.send?.(played)
}

await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let n = next++; n < runs; n = next++) await playOne(n)
  }),
)
await runtime.close()
process.disconnect()
