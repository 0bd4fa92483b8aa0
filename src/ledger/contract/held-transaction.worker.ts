/** The other thread of `held-transaction.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { isCharterError } from '../../errors.ts'
import { transactionOf } from './deeds.ts'
import { gate, type WorkerInput } from './held-transaction.ts'
import { type OpenLedger, obedientProjection } from './ledger-under-test.ts'

const input: WorkerInput = workerData
const state = new Int32Array(input.gate)
const { open }: { open: OpenLedger } = await import(input.opener)
const ledger = await open(input.place, [obedientProjection])
const work = transactionOf(input.deed)

try {
  const answer = await ledger.transact({
    ...work,
    decide(found, now) {
      Atomics.store(state, 0, gate.reached)
      Atomics.notify(state, 0)
      Atomics.wait(state, 0, gate.reached)
      return work.decide(found, now)
    },
  })
  parentPort?.postMessage({ answer })
} catch (error) {
  parentPort?.postMessage({ code: isCharterError(error) ? error.code : String(error) })
} finally {
  await ledger.close()
}
