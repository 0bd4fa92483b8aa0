import type { House } from '../../commands/house.ts'
import { errorCodes } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { OpenApproval, RunResult } from '../../run-handle.ts'
import { sayCost } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { agentOf, configOption } from '../load-config.ts'
import { type OpenRuntime, withRuntime } from '../open-runtime.ts'
import { paintWord } from '../paint.ts'
import { fromEnv, needed, one, perhaps, several, span, text, unless } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { readJson, readPairs } from '../read-json.ts'
import { asJson } from '../shown-json.ts'
import { streamStory } from '../story-stream.ts'
import { verb } from '../verb.ts'

export const runStart = verb({
  name: 'run start',
  about: 'Start a run of an agent, and tell its story until it ends or waits for people.',
  help: [
    'It is moved by the engine that runs already (`charter dev`, `charter start`), else by this command.',
    'Exits with 0 when it is done, 8 when it was denied or stopped, 9 when it waits for people.',
  ].join('\n'),
  args: { agent: perhaps('name of the agent; the only one of the configuration unless named') },
  options: {
    input: needed(
      text('--input <json>', 'the task: JSON, @FILE, or - for what is piped in'),
      `'{"ticket": "ZD-188233"}'`,
    ),
    key: text('--key <key>', 'the same key starts one run, however often it is said'),
    onBehalfOf: text('--on-behalf-of <principal>', 'for whom the agent acts'),
    subject: several('--subject <kind=id>', 'what the grant names; may be given again'),
    session: text('--session <name>', 'the conversation that the run belongs to'),
    traceparent: fromEnv(text('--traceparent <id>', 'the W3C trace context that the run stands in'), 'TRACEPARENT'),
    for: span('--for <time>', 'how long the grant lasts, such as 4h'),
    wait: unless('--no-wait', 'answer as soon as the run is started'),
    config: configOption,
    ...placeOptions,
  },
  examples: [
    `run start --input '{"ticket": "ZD-188233"}' --key ZD-188233`,
    `run start billing-resolution --input @task.json --on-behalf-of ada@acme.example --subject invoice=in_93K2 --json`,
  ],
  run: async (call, given) =>
    withRuntime(call, given, { engine: given.wait ? 'anywhere' : 'nowhere' }, async (open) => {
      const { runtime, loaded } = open
      const agent = agentOf(loaded, given.agent)
      await notePageOf(call, open, agent.name)
      const subjects = readPairs(given.subject, '--subject')
      const handle = await runtime.start(agent, {
        input: await readJson(call.terminal, given.input, '--input'),
        key: given.key,
        onBehalfOf: given.onBehalfOf,
        session: given.session,
        traceparent: given.traceparent,
        ...(Object.keys(subjects).length > 0 && { subjects }),
        ...(given.for !== undefined && { until: call.terminal.clock.now() + given.for }),
      })
      if (given.wait) return followRun(call, open, handle.id)
      call.answer({ run: handle.id, status: 'running' }, () => [`${handle.id} started`])
      return 0
    }),
})

/** Edited since it was applied: what decides is the page in force, not the file. */
async function notePageOf(call: Call, { runtime, loaded, place }: OpenRuntime, name: string): Promise<void> {
  const { ledger, tenant } = runtime.house
  const wanted = { read: 'charter', agent: name, environment: place.environment } as const
  const { charter } = await ledger.find(tenant, { charter: wanted })
  const { page } = agentOf(loaded, name).read()
  if (!charter || charter.charter === page.hash) return
  call.note(`the page of ${name} is not the one in force: apply it with charter apply ${agentOf(loaded, name).file}`)
}

/** The story on stderr, the result on stdout. */
async function followRun(call: Call, { runtime, movesRuns }: OpenRuntime, run: string): Promise<number> {
  if (!movesRuns) call.note('moved by the engine that has this ledger already')
  const rested = new AbortController()
  const signal = AbortSignal.any([rested.signal, call.terminal.interrupted])
  const story = call.json
    ? Promise.resolve()
    : streamStory(runtime.house, (line) => call.note(line), { signal, only: run })
  const settled = async () => {
    await untilTakenUp(runtime.house, run, call.terminal.interrupted)
    return runtime.run(run).settled(call.terminal.interrupted)
  }
  // Together, so that the failure of one is not left alone when the other fails first.
  const [result] = await Promise.all([settled().finally(() => rested.abort()), story])
  call.answer(documentOf(result), () => sayResult(call, result))
  return exitOf(result)
}

/** People have closed what the run was handed to them for, and the engine has not seen it yet: that is no rest. */
async function untilTakenUp({ ledger, tenant }: House, run: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { row, handoffs } = await ledger.find(tenant, {
      row: { read: 'run', run },
      handoffs: { read: 'handoffs', run },
    })
    const awaited = handoffs.find(({ handoff }) => handoff === row?.awaited)
    if (!awaited || !['returned', 'resolved'].includes(awaited.status) || signal.aborted) return
    await ledger.changed(signal)
  }
}

function documentOf({ costUsd, ...result }: RunResult): Json {
  const approvals = result.status === 'waiting' ? { approvals: result.approvals.map(approvalDocument) } : {}
  return asJson({ ...result, ...approvals, cost_usd: costUsd })
}

const approvalDocument = ({ expiresAt, ...approval }: OpenApproval) => ({ ...approval, expires_at: expiresAt })

function sayResult({ paint }: Call, result: RunResult): string[] {
  const why = result.code === undefined ? '' : ` (${result.code})`
  const head = `${result.run} ${paintWord(paint, result.status)}${why} · ${sayCost(result.costUsd * 1_000_000)}`
  if (result.status === 'waiting') return [head, '', ...sayOpen(result.approvals)]
  if (result.status === 'handed_off' && result.handoff !== undefined && result.output === null)
    return [head, '', `  charter handoff show ${result.handoff}`]
  return result.output === null ? [head] : [head, '', sayOutput(result.output)]
}

/** What is asked, and the command that answers. */
export const sayOpen = (approvals: readonly OpenApproval[]): string[] =>
  approvals.flatMap(({ question, command }, index) => [...(index > 0 ? [''] : []), question, `  ${command}`])

const sayOutput = (output: Json): string => (typeof output === 'string' ? output : JSON.stringify(output, null, 2))

export function exitOf({ status, code }: RunResult): number {
  switch (status) {
    case 'done':
      return 0
    case 'waiting':
    case 'handed_off':
      return errorCodes.approval_required.exit
    case 'denied':
      return errorCodes.denied_by_policy.exit
    case 'stopped':
      return errorCodes.stopped.exit
    case 'failed':
      return code === undefined ? errorCodes.internal.exit : errorCodes[code].exit
  }
}

export const runResume = verb({
  name: 'run resume',
  about: 'Move a run that may go on until it ends or waits again, and tell its story.',
  help: 'An engine goes on with every open run by itself; this is for when none is running.',
  args: { run: one('id of the run', 'run_01J') },
  options: { config: configOption, ...placeOptions },
  examples: ['run resume run_01JD3Q6Z8W2M4T7KX9'],
  run: async (call, given) =>
    withRuntime(call, given, { engine: 'anywhere' }, (open) => followRun(call, open, given.run)),
})
