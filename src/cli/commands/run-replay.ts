import { CharterError, errorCodes } from '../../errors.ts'
import { defaultPriceBook } from '../../models/default-price-book.ts'
import { createEvaluator } from '../../policy/evaluate.ts'
import type { Difference } from '../../replays/ending.ts'
import { createProject, type Project } from '../../replays/project.ts'
import { readRecording } from '../../replays/recording.ts'
import { type Replay, replayRun } from '../../replays/replay.ts'
import { counted, cut } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { everyRun } from '../every-run.ts'
import { agentOf, configOption, type LoadedConfig, requireConfig } from '../load-config.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { flag, some } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const runReplay = verb({
  name: 'run replay',
  about: 'Move recorded runs once more, and hold every event against the ledger: same, different, or unverifiable.',
  help: [
    "The engine's own code makes every decision anew, with the tools of the project as they are today, over the answers of models and tools",
    'that were recorded. Nothing is sent to anybody, and nothing is written.',
    'Exits with 0 when all are the same, and with 6 when one is different, or cannot be verified because something is no longer kept.',
  ].join('\n'),
  args: { runs: some('ids of runs') },
  options: {
    all: flag('--all', 'every run of the environment, the newest first'),
    config: configOption,
    ...placeOptions,
  },
  examples: ['run replay run_01JD3Q6Z8W2M4T7KX9', 'run replay --all --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      if (given.runs.length === 0 && !given.all) {
        throw new CharterError('usage', '`runs` is missing', { param: 'runs', hint: `${call.typed} run_01J` })
      }
      const projectOf = projectsOf(call, await requireConfig(call.terminal, given.config))
      const replays: Replayed[] = []
      for await (const run of runsOf(house, given)) {
        const recording = await readRecording(house, run)
        replays.push({ run, replay: await replayRun(recording, projectOf(recording.started.agent)) })
      }
      call.answer(asJson(replays.map(documentOf)), () => [...replays.flatMap(sayReplay), '', sayAll(replays)])
      return exitOf(replays)
    }),
})

interface Replayed {
  readonly run: string
  readonly replay: Replay
}

async function* runsOf(house: OpenHouse, { runs, all }: { runs: readonly string[]; all: boolean }) {
  if (!all) yield* runs
  else for await (const { run } of everyRun(house)) yield run
}

/** Throws `agent_unknown` for a run of an agent that the project does not have. */
function projectsOf({ terminal }: Call, loaded: LoadedConfig): (agent: string) => Project {
  const prices = defaultPriceBook({
    asOf: terminal.clock.now(),
    ...(loaded.config.prices && { overrides: loaded.config.prices }),
  })
  const evaluator = createEvaluator()
  const known = new Map<string, Project>()
  return (agent) => {
    const project = known.get(agent) ?? createProject({ tools: agentOf(loaded, agent).tools, prices, evaluator })
    known.set(agent, project)
    return project
  }
}

/** What is different weighs more than what cannot be said. */
function exitOf(replays: readonly Replayed[]): number {
  const has = (verdict: Replay['verdict']) => replays.some(({ replay }) => replay.verdict === verdict)
  if (has('different')) return errorCodes.replay_different.exit
  return has('unverifiable') ? errorCodes.replay_unverifiable.exit : 0
}

const documentOf = ({ run, replay }: Replayed) => ({ run, ...replay })

function sayReplay({ run, replay }: Replayed): string[] {
  switch (replay.verdict) {
    case 'same':
      return [`${run}  same: ${counted(replay.events, 'event')}, ${counted(replay.decisions, 'decision')} made again`]
    case 'different':
      return [`${run}  different at ${placeOf(replay.difference)}`, ...sayValues(replay.difference)]
    case 'unverifiable':
      return [
        `${run}  unverifiable: no longer kept of \`${replay.stream}\``,
        ...replay.missing.map(({ n, class: ofClass }) => `  payload ${n}, class \`${ofClass}\``),
      ]
  }
}

function placeOf({ stream, seq, part, recorded, replayed }: Difference): string {
  const type = recorded?.type ?? replayed?.type ?? ''
  return `event ${seq} of \`${stream}\`, ${type} \`${part}\``
}

const sayValues = ({ values: { recorded, replayed } }: Difference): string[] => [
  `  recorded  ${recorded === undefined ? 'nothing' : cut(JSON.stringify(recorded), 400)}`,
  `  replayed  ${replayed === undefined ? 'nothing' : cut(JSON.stringify(replayed), 400)}`,
]

function sayAll(replays: readonly Replayed[]): string {
  const of = (verdict: Replay['verdict']) => replays.filter(({ replay }) => replay.verdict === verdict).length
  return `${counted(replays.length, 'run')} replayed: ${of('same')} same, ${of('different')} different, ${of('unverifiable')} unverifiable`
}
