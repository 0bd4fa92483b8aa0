/** The agent of this bench in a runtime of its own: the product as it comes, with its usual settings. */
import path from 'node:path'
import { createRuntime, type Runtime } from '../../../src/create-runtime.ts'
import { defineAgent } from '../../../src/define-agent.ts'
import { modelId, plannedModel, type Work } from './planned-model.ts'
import { type Carried, clerkTools } from './tools.ts'

export interface ClerkPlace {
  /** A file, or the URL of a PostgreSQL database. */
  readonly ledger: string
  readonly keyring: string
}

export interface Clerk extends AsyncDisposable {
  readonly runtime: Runtime
  readonly carried: Carried
  /** Plays one run to its end. Throws where it did not do all that it was to do. */
  play(work: Work): Promise<void>
}

export const pageFile = path.join(import.meta.dirname, 'clerk.charter.yaml')
/** A tiny price, so that a run is charged for as any other is. */
const prices = { [modelId]: { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } }

/** `prefix` keeps the arguments of one process apart from those of every other on the same ledger. */
export async function openClerk({ ledger, keyring }: ClerkPlace, prefix: string): Promise<Clerk> {
  const carried: Carried = { reads: 0, writes: 0 }
  const clerk = defineAgent({ charter: pageFile, tools: clerkTools(carried), models: { [modelId]: plannedModel() } })
  const failures: unknown[] = []
  const onError = (_run: string | undefined, error: unknown) => failures.push(error)
  const runtime = await createRuntime({ agents: [clerk], ledger, keyring, prices, onError })
  let started = 0
  return {
    runtime,
    carried,
    async play(work) {
      started += 1
      const run = await runtime.start(clerk, { input: { work, run: `${prefix}${started}` } })
      const { status, code } = await run.settled()
      if (status === 'done' && failures.length === 0) return
      throw new Error(`run ${run.id} ended ${status} (${code})`, { cause: failures[0] })
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  }
}
