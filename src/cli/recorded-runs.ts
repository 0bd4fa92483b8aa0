/** Recorded runs for a command that moves them again: which ones, and with which tools and prices of the project. */
import { CharterError } from '../errors.ts'
import { defaultPriceBook } from '../models/default-price-book.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { createProject, type Project } from '../replays/project.ts'
import { type Recording, readRecording } from '../replays/recording.ts'
import type { Call } from './call.ts'
import { everyRun } from './every-run.ts'
import { agentOf, configOption, type LoadedConfig } from './load-config.ts'
import type { OpenHouse } from './open-house.ts'
import { flag, some } from './parameter.ts'

export const recordedArgs = { runs: some('ids of runs') }

export const recordedOptions = {
  all: flag('--all', 'every run of the environment, the newest first'),
  config: configOption,
}

interface RunsGiven {
  readonly runs: readonly string[]
  readonly all: boolean
}

/** Throws `usage` where no run is named, and `run_not_found`. */
export async function* recordingsOf(call: Call, house: OpenHouse, { runs, all }: RunsGiven): AsyncGenerator<Recording> {
  if (runs.length === 0 && !all)
    throw new CharterError('usage', '`runs` is missing', { param: 'runs', hint: `${call.typed} run_01J` })
  if (!all) for (const run of runs) yield await readRecording(house, run)
  else for await (const { run } of everyRun(house)) yield await readRecording(house, run)
}

/** By the name of the agent. Throws `agent_unknown` for one that the project does not have. */
export function projectsOf({ terminal }: Call, loaded: LoadedConfig): (agent: string) => Project {
  const { prices: overrides } = loaded.config
  const prices = defaultPriceBook({ asOf: terminal.clock.now(), ...(overrides && { overrides }) })
  const evaluator = createEvaluator()
  const known = new Map<string, Project>()
  return (agent) => {
    const project = known.get(agent) ?? createProject({ tools: agentOf(loaded, agent).tools, prices, evaluator })
    known.set(agent, project)
    return project
  }
}
