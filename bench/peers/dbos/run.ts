/** A DBOS workflow of five steps, called directly: each step's result is committed before the next begins. */
import { DBOS } from '@dbos-inc/dbos-sdk'
import { measurePeer, readOrders } from '../measure.ts'

const { place, loads } = readOrders()

const fiveSteps = DBOS.registerWorkflow(
  async () => {
    let n = 0
    for (let step = 1; step <= 5; step++) n = await DBOS.runStep(async () => n + 1, { name: `step-${step}` })
    return n
  },
  { name: 'five-steps' },
)

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: place,
  systemDatabasePoolSize: 32,
  logLevel: 'error',
  runAdminServer: false,
})
await DBOS.launch()
await measurePeer(loads, async () => {
  const n = await fiveSteps()
  if (n !== 5) throw new Error(`the workflow ended with ${n}`)
})
await DBOS.shutdown()
process.exit()
