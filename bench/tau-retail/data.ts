/** The benchmark's tasks and records, as they lie beside the project. What is expected of them is read in `expected.ts` alone. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { dataFolder } from '../../examples/retail/data-folder.ts'
import { isOperationName, type OperationName } from '../../examples/retail/operations.ts'
import { type Snapshot, type SnapshotData, snapshotOf } from '../../examples/retail/snapshot.ts'
import type { JsonObject } from '../../src/json.ts'

export interface Call {
  readonly name: OperationName
  readonly arguments: JsonObject
}

export interface Task {
  readonly id: string
  /** Whom the benchmark means; the run's own look-up may find someone else. */
  readonly userId: string
  /** The calls that solve the task. */
  readonly actions: readonly Call[]
}

interface StoredTask {
  id: string
  user_id: string
  actions: { name: string; kwargs: JsonObject }[]
}

export function readTasks(): readonly Task[] {
  const stored: StoredTask[] = JSON.parse(readData('tasks.json'))
  return stored.map(({ id, user_id, actions }) => ({ id, userId: user_id, actions: actions.map(callOf) }))
}

function callOf({ name, kwargs }: { name: string; kwargs: JsonObject }): Call {
  if (!isOperationName(name)) throw new Error(`the tasks call \`${name}\`, which the shop does not have`)
  return { name, arguments: kwargs }
}

/** The shop as it is before any task. */
export function readBase(): Snapshot {
  const data: SnapshotData = {
    orders: JSON.parse(readData('orders.json')),
    products: JSON.parse(readData('products.json')),
    users: JSON.parse(readData('users.json')),
  }
  return snapshotOf(data)
}

export function readData(file: string): string {
  return readFileSync(path.join(dataFolder, file), 'utf8')
}
