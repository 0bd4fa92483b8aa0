/**
 * A shop, and a runtime whose agents work in it: one run at a time, because each begins on the untouched shop. Several
 * lanes play side by side in processes of their own.
 */
import { fileURLToPath } from 'node:url'
import { dataFolder } from '../../../examples/retail/data-folder.ts'
import { openStore, type Store } from '../../../examples/retail/store.ts'
import { retailTools } from '../../../examples/retail/tools.ts'
import { systemClock } from '../../../src/clock.ts'
import { type Agent, createRuntime, defineAgent, type Runtime } from '../../../src/index.ts'
import { type ScriptedTurn, scriptedModel } from '../../../src/testing.ts'

export interface LanePlace {
  /** A file, or the URL of a PostgreSQL database. */
  readonly ledger: string
  readonly keyring: string
}

/** A run that waits for an answer which it did not get. */
export interface LeftQuestion {
  readonly run: string
  /** Of its conversation. */
  readonly name: string
  readonly approval: string
  readonly customer: string
}

export interface Lane extends AsyncDisposable {
  readonly shop: Store
  readonly runtime: Runtime
  /** Under the shop's own page. */
  readonly guarded: Agent
  /** Under a page that refuses nothing: the control. */
  readonly unguarded: Agent
  /** What the model plays in a run, by the run's input. */
  readonly conversations: Record<string, readonly ScriptedTurn[]>
  /** Questions whose runs still wait. */
  readonly left: LeftQuestion[]
  /** Moves the runtime's clock forward; the ledger's own on SQLite, and without meaning to PostgreSQL. */
  skip(ms: number): void
}

const pageAt = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const guardedPage = pageAt('../../../examples/retail/retail.charter.yaml')
const unguardedPage = pageAt('../unguarded.charter.yaml')

/** A script costs nothing; a price is there because every model has one. */
const prices = { 'scripted/retail': { inputPerMillionUsd: '0', outputPerMillionUsd: '0' } }

export async function openLane({ ledger, keyring }: LanePlace, onError: (error: unknown) => void): Promise<Lane> {
  const shop = openStore({ data: dataFolder })
  const conversations: Record<string, readonly ScriptedTurn[]> = {}
  const model = scriptedModel({ id: 'scripted/retail', conversations, pick: (opening) => opening })
  const models = { 'scripted/retail': model }
  const tools = retailTools(shop)
  const guarded = defineAgent({ charter: guardedPage, tools, models })
  const unguarded = defineAgent({ charter: unguardedPage, tools, models })
  let skipped = 0
  const runtime = await createRuntime({
    agents: [guarded, unguarded],
    ledger,
    keyring,
    prices,
    clock: { ...systemClock, now: () => systemClock.now() + skipped },
    onError: (_run, error) => onError(error),
  })
  return {
    shop,
    runtime,
    guarded,
    unguarded,
    conversations,
    left: [],
    skip(ms) {
      skipped += ms
    },
    async [Symbol.asyncDispose]() {
      await runtime.close()
      shop[Symbol.dispose]()
    },
  }
}
