/** A Mastra workflow of five steps on its default engine; its snapshot is stored after each step. */
import { createClient } from '@libsql/client'
import { Mastra } from '@mastra/core'
import { createStep, createWorkflow } from '@mastra/core/workflows'
import { LibSQLStore } from '@mastra/libsql'
import { PostgresStore } from '@mastra/pg'
import { z } from 'zod'
import { measurePeer, readOrders } from '../measure.ts'

const { place, loads } = readOrders()
const count = z.object({ n: z.number() })

const step = (place: number) =>
  createStep({
    id: `step-${place}`,
    inputSchema: count,
    outputSchema: count,
    execute: async ({ inputData }) => ({ n: inputData.n + 1 }),
  })

const workflow = createWorkflow({
  id: 'five-steps',
  inputSchema: count,
  outputSchema: count,
  options: { validateInputs: false },
})
  .then(step(1))
  .then(step(2))
  .then(step(3))
  .then(step(4))
  .then(step(5))
  .commit()

// Left to itself the client opens twenty connections to the one file, which then wait for each other: ten times slower.
const storage = place.startsWith('postgres')
  ? new PostgresStore({ id: 'bench', connectionString: place, max: 32 })
  : new LibSQLStore({ id: 'bench', client: createClient({ url: `file:${place}`, concurrency: 1 }) })
await storage.init()
const mastra = new Mastra({ workflows: { fiveSteps: workflow }, storage, logger: false })

await measurePeer(loads, async () => {
  const run = await mastra.getWorkflow('fiveSteps').createRun()
  const result = await run.start({ inputData: { n: 0 } })
  if (result.status !== 'success' || result.result.n !== 5) throw new Error(`the workflow ended ${result.status}`)
})
process.exit()
