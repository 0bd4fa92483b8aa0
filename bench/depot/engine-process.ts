/**
 * A real runtime in a process of its own, to be killed: `engine-process.ts '{"folder": …}'`. It loads its code, waits to
 * be told to go, and then starts, awaits and answers runs for others: what they are told comes out of this process.
 */
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, type Runtime } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import { depotAgent } from './agent.ts'
import type { Answers, EnginePlace, Heard, Question, Told } from './questions.ts'

const place: EnginePlace = JSON.parse(process.argv[2] ?? '{}')
const say = (heard: Heard) => void process.send?.(heard)

let runtime: Promise<Runtime> | undefined

process.on('message', (told: Told) => {
  if (told.said === 'go') runtime = go(told.engine)
  else if (runtime) void answer(runtime, told)
})
process.once('disconnect', () => process.exit())
say({ said: 'loaded', pid: process.pid })

async function go(engine: number): Promise<Runtime> {
  const { ledger, keyring, leaseMs, thinksMs } = place
  const opened = await createRuntime({
    ledger,
    keyring,
    leaseMs,
    agents: [depotAgent(place, engine, thinksMs)],
    onError: (_run, error) => say({ said: 'trouble', ...said(error) }),
  })
  say({ said: 'ready' })
  return opened
}

async function answer(opening: Promise<Runtime>, question: Question & { n: number }): Promise<void> {
  const { n } = question
  try {
    say({ said: 'answer', n, answer: await answerTo(await opening, question) })
  } catch (error) {
    say({ said: 'error', n, ...said(error) })
  }
}

async function answerTo(runtime: Runtime, question: Question): Promise<Answers[keyof Answers]> {
  switch (question.ask) {
    case 'start': {
      const { order } = question
      return { run: (await runtime.start('depot', { input: order, key: order.order })).id }
    }
    case 'settle': {
      const { run } = question
      const result = await runtime.run(run).settled()
      const known = { run, status: result.status, code: result.code ?? null }
      if (result.status === 'waiting')
        return { ...known, output: null, approvals: result.approvals.map(({ id }) => id) }
      return { ...known, output: result.output, approvals: [] }
    }
    case 'grant': {
      const { approval } = question
      await answerApproval(runtime.house, {
        approval,
        by: 'fay@acme.example',
        groups: ['finance'],
        answer: { type: 'grant' },
      })
      return { approval }
    }
  }
}

const said = (error: unknown) => ({ code: isCharterError(error) ? error.code : 'unexpected', message: String(error) })
