import { once } from 'node:events'
import path from 'node:path'
import { tryCompile } from '../../charter/compile.ts'
import type { Runtime } from '../../create-runtime.ts'
import { openHouse } from '../../create-runtime.ts'
import { CharterError } from '../../errors.ts'
import type { Call } from '../call.ts'
import { asCharterError, errorLines } from '../error-document.ts'
import { configOption, importConfig, type LoadedConfig, requireConfig } from '../load-config.ts'
import { houseOptions } from '../open-house.ts'
import { openRuntime } from '../open-runtime.ts'
import { nameOfLedger, type Place, placeOf, placeOptions } from '../place.ts'
import { loadProjectAnew, loadQuery } from '../project-modules.ts'
import { storyStream, streamStory } from '../story-stream.ts'
import { verb } from '../verb.ts'
import { watchProject } from '../watch-project.ts'

export const dev = verb({
  name: 'dev',
  about: 'The engine while you work: reloads pages and tools when they are saved, and tells the story of every action.',
  help: 'A save that does not load is said, and the last good one stays. Pages are put in force as they are saved.',
  options: { config: configOption, ...placeOptions },
  examples: ['dev', 'dev --config ops/charter.config.ts'],
  endsOnSignal: true,
  run: async (call, given) => {
    const place = placeOf(call.terminal, given)
    const first = await requireConfig(call.terminal, given.config)
    const hooks = loadProjectAnew(first.folder)
    const workshop = await openWorkshop(call, place, first)
    // A house of its own: the workshop's is closed and opened again at every reload.
    const house = await openHouse(houseOptions(call, place))
    const watching = watchProject(foldersOf(first), (file) => workshop.reload(file))
    const { interrupted } = call.terminal
    try {
      const stream = await storyStream(house)
      greet(call, place, first)
      if (!interrupted.aborted)
        await Promise.race([
          streamStory(house, (line) => call.begin(line), { signal: interrupted, stream }),
          once(interrupted, 'abort'),
        ])
      return 0
    } finally {
      watching.close()
      await workshop.close()
      await house.close()
      hooks.deregister()
    }
  },
})

function greet(call: Call, place: Place, { config }: LoadedConfig): void {
  const agents = config.agents.map(({ name }) => name)
  call.answer({ agents, ledger: nameOfLedger(place), environment: place.environment }, () => [
    `${call.paint.strong('charter dev')}: ${agents.join(', ')} on ${nameOfLedger(place)} (${place.environment})`,
    `start a run from another terminal: charter run start ${agents[0] ?? 'AGENT'} --input '{…}'`,
  ])
}

const foldersOf = ({ folder, config }: LoadedConfig): readonly string[] => [
  folder,
  ...config.agents.map(({ file }) => path.dirname(file)),
]

interface Workshop {
  /** One after the other, however fast files are saved. */
  reload(file: string): void
  close(): Promise<void>
}

async function openWorkshop(call: Call, place: Place, first: LoadedConfig): Promise<Workshop> {
  let good = first
  let loads = 0
  let runtime: Runtime | undefined = await open(call, place, requireUsable(first))
  let working: Promise<void> = Promise.resolve()

  const reload = async (file: string) => {
    const next = await loadAgain(call, good, ++loads, file)
    if (!next) return
    await runtime?.close()
    runtime = undefined
    try {
      runtime = await open(call, place, next)
      good = next
      call.note(`reloaded: ${path.relative(good.folder, file)}`)
    } catch (error) {
      sayKept(call, file, error)
      runtime = await open(call, place, good)
    }
  }

  return {
    reload: (file) => {
      working = working.then(() => reload(file)).catch((error) => sayKept(call, file, error))
    },
    close: async () => {
      await working
      await runtime?.close()
    },
  }
}

const open = async (call: Call, place: Place, loaded: LoadedConfig): Promise<Runtime> =>
  (await openRuntime(call, place, loaded, { engine: 'here', applyPages: true })).runtime

async function loadAgain(
  call: Call,
  good: LoadedConfig,
  loads: number,
  file: string,
): Promise<LoadedConfig | undefined> {
  try {
    return requireUsable(await importConfig(good.file, loadQuery(loads)))
  } catch (error) {
    sayKept(call, file, error)
    return undefined
  }
}

/** Everything that would only show when a run starts: each page is read and compiled with its tools. */
function requireUsable(loaded: LoadedConfig): LoadedConfig {
  for (const agent of loaded.config.agents) {
    const { compiled, problems } = tryCompile(agent.read().page, [...agent.tools.values()])
    const wrong = problems.find(({ level }) => level === 'error')
    if (!compiled && wrong) {
      const { code, message, hint, place, param } = wrong
      throw new CharterError(code, message, { hint, place, param })
    }
  }
  return loaded
}

function sayKept(call: Call, file: string, error: unknown): void {
  // Without the last line, which is about an exit that does not follow.
  for (const line of errorLines(asCharterError(error), call.paint).slice(0, -1)) call.note(line)
  call.note(`the last good one stays, until ${path.basename(file)} is saved again`)
}
