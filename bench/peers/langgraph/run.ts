/** LangGraph's functional API: an entrypoint of five tasks, each one's result stored by the checkpointer. */
import { entrypoint, task } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import pg from 'pg'
import { measurePeer, readOrders } from '../measure.ts'

const { place, loads } = readOrders()

async function openCheckpointer() {
  if (!place.startsWith('postgres')) return SqliteSaver.fromConnString(place)
  const saver = new PostgresSaver(new pg.Pool({ connectionString: place, max: 32 }))
  await saver.setup()
  return saver
}

const checkpointer = await openCheckpointer()
const add = task('add', async (n: number) => n + 1)
const fiveSteps = entrypoint({ checkpointer, name: 'fiveSteps' }, async (from: number) => {
  let n = from
  for (let step = 0; step < 5; step++) n = await add(n)
  return n
})

let started = 0
await measurePeer(loads, async () => {
  started += 1
  const thread = { configurable: { thread_id: `${process.pid}-${started}` }, durability: 'sync' as const }
  const n = await fiveSteps.invoke(0, thread)
  if (n !== 5) throw new Error(`the graph ended with ${n}`)
})
process.exit()
