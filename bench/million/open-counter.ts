/** The agent of this bench in a runtime of its own: the product as it comes, with its usual settings. */
import path from 'node:path'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, type Runtime } from '../../src/create-runtime.ts'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import { counterModel, modelId } from './counter-model.ts'
import { counterTools, type Done } from './counter-tools.ts'

export interface Place {
  readonly folder: string
  readonly ledger: string
}

export interface Counter extends AsyncDisposable {
  readonly runtime: Runtime
  readonly done: Done
  /** Plays the run of that number to its end; where it asks a person, somebody says yes. Throws where it ends otherwise. */
  play(n: number): Promise<void>
}

export const prices = { [modelId]: { inputPerMillionUsd: '0.4', outputPerMillionUsd: '1.6' } }

export const counterAgent = (done: Done): Agent =>
  defineAgent({
    charter: path.join(import.meta.dirname, 'counter.charter.yaml'),
    tools: [...counterTools(done)],
    models: { [modelId]: counterModel() },
  })

export const keyringOf = ({ folder }: Place): string => path.join(folder, '.charter', 'keyring.db')

export async function openCounter(place: Place): Promise<Counter> {
  const done: Done = { keys: new Set() }
  const agent = counterAgent(done)
  const errors: unknown[] = []
  const runtime = await createRuntime({
    agents: [agent],
    ledger: place.ledger,
    keyring: keyringOf(place),
    prices,
    onError: (_run, error) => errors.push(error),
  })
  return {
    runtime,
    done,
    async play(n) {
      const run = await runtime.start(agent, { input: { n } })
      let result = await run.settled()
      while (result.status === 'waiting') {
        const by = { by: 'fay@acme.example', groups: ['finance'] }
        for (const { id } of result.approvals)
          await answerApproval(runtime.house, { approval: id, ...by, answer: { type: 'grant' } })
        await runtime.house.clock.wait(1)
        result = await run.settled()
      }
      if (result.status === 'done' && errors.length === 0) return
      throw new Error(`run ${run.id} ended ${result.status} (${result.code})`, { cause: errors[0] })
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  }
}
