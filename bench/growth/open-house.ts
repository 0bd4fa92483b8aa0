/** A runtime of the bench's agent on one ledger. */
import { fileURLToPath } from 'node:url'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, defineAgent, type Runtime } from '../../src/index.ts'
import { type CreditBook, creditBook } from './credit-book.ts'
import { type Call, heldModel, modelId } from './held-model.ts'

export interface Place {
  readonly ledger: string
  readonly keyring: string
}

export interface House extends AsyncDisposable {
  readonly runtime: Runtime
  readonly book: CreditBook
  /** Starts a run, and gives its id; the model is asked under this name. */
  start(name: string): Promise<string>
  /** Once the model of that run is asked. */
  asked(name: string): Promise<void>
  /** What the model answers when it is asked next; without calls it is its last word. */
  say(name: string, calls: readonly Call[]): Promise<void>
  /** The question that the run waits with, as soon as it does. */
  question(run: string): Promise<string>
  grant(approval: string): Promise<void>
  /** Once the run has ended. */
  ended(run: string): Promise<void>
}

export async function openHouse({ ledger, keyring }: Place): Promise<House> {
  const book = creditBook()
  const model = heldModel()
  const charter = fileURLToPath(new URL('./credits.charter.yaml', import.meta.url))
  const agent = defineAgent({ charter, tools: [...book.tools], models: { [modelId]: model } })
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const runtime = await createRuntime({
    agents: [agent],
    ledger,
    keyring,
    prices: { [modelId]: { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } },
    concurrency: 64,
    onError: (_run, error) => failed.reject(error),
  })
  const { house } = runtime

  /** Looks again whenever something was committed, until there is something to see. */
  async function seen<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
    const { signal } = new AbortController()
    for (;;) {
      const changed = house.ledger.changed(signal)
      const found = await look()
      if (found !== undefined) return found
      await Promise.race([changed, failed.promise])
    }
  }

  return {
    runtime,
    book,
    asked: (name) => model.asked(name),
    async say(name, calls) {
      await Promise.race([model.asked(name), failed.promise])
      model.answer(name, calls)
    },
    start: async (name) => (await runtime.start(agent, { input: { name } })).id,
    question: (run) =>
      seen(async () => {
        const { open } = await house.ledger.find(house.tenant, { open: { read: 'approvals', status: 'pending', run } })
        return open[0]?.approval
      }),
    grant: async (approval) => {
      const by = { by: 'fay@acme.example', groups: ['finance'] }
      await answerApproval(house, { approval, ...by, answer: { type: 'grant' } })
    },
    ended: async (run) => {
      await seen(async () => {
        const { row } = await house.ledger.find(house.tenant, { row: { read: 'run', run } })
        return row?.ended_at ?? undefined
      })
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  }
}

/** Writes of one turn; each has a memo of its own, or it would be answered with the first one's result. */
export const credits = (name: string, customer: string, memos: readonly number[], amount = '1.00'): readonly Call[] =>
  memos.map((memo) => ({ tool: 'add_credit', input: { customer, amount, memo, run: name } }))

/** Above what the page lets through without a person. */
export const largeAmount = '60.00'
