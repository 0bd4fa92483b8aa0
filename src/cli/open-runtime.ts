/** The project's agents on its ledger, for one command: with an engine in this process, or beside the one that runs already. */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { createRuntime, type Runtime, type RuntimeOptions } from '../create-runtime.ts'
import { isCharterError } from '../errors.ts'
import type { Call } from './call.ts'
import { type LoadedConfig, requireConfig } from './load-config.ts'
import { houseOptions } from './open-house.ts'
import { type Place, type PlaceGiven, placeOf } from './place.ts'

export interface RuntimeGiven extends PlaceGiven {
  readonly config: string | undefined
}

export interface OpenRuntime {
  readonly runtime: Runtime
  readonly loaded: LoadedConfig
  readonly place: Place
  /** False where another process has the engine's place. */
  readonly movesRuns: boolean
}

/** `here`: this process must move runs; `anywhere`: it does unless another one does already; `nowhere`: it only looks and starts. */
export type EngineWanted = 'here' | 'anywhere' | 'nowhere'

export interface RuntimeWanted {
  readonly engine: EngineWanted
  readonly applyPages?: boolean
  /** In the place of what the configuration says of them. */
  readonly models?: Readonly<Record<string, LanguageModelV4>>
  /** In the place of the project's ledger. */
  readonly ledger?: string
}

export async function withRuntime<Answer>(
  call: Call,
  given: RuntimeGiven,
  wanted: RuntimeWanted,
  work: (open: OpenRuntime) => Promise<Answer>,
): Promise<Answer> {
  const place = placeOf(call.terminal, given)
  const loaded = await requireConfig(call.terminal, given.config)
  const { runtime, movesRuns } = await openRuntime(call, place, loaded, wanted)
  try {
    return await work({ runtime, loaded, place, movesRuns })
  } finally {
    await runtime.close()
  }
}

export async function openRuntime(
  call: Call,
  place: Place,
  loaded: LoadedConfig,
  wanted: RuntimeWanted,
): Promise<{ runtime: Runtime; movesRuns: boolean }> {
  const options = optionsOf(call, place, loaded, wanted)
  if (wanted.engine === 'nowhere')
    return { runtime: await createRuntime({ ...options, engine: false }), movesRuns: false }
  try {
    return { runtime: await createRuntime(options), movesRuns: true }
  } catch (error) {
    if (wanted.engine === 'here' || !isCharterError(error) || error.code !== 'ledger_locked') throw error
    return { runtime: await createRuntime({ ...options, engine: false }), movesRuns: false }
  }
}

function optionsOf(call: Call, place: Place, { config }: LoadedConfig, wanted: RuntimeWanted): RuntimeOptions {
  const { CHARTER_MODEL_BASE_URL: baseUrl, CHARTER_MODEL_API_KEY: apiKey } = call.terminal.env
  const inMemory = wanted.ledger === undefined ? {} : { ledger: wanted.ledger, keyring: wanted.ledger }
  return {
    ...houseOptions(call, place),
    ...inMemory,
    agents: config.agents,
    models: { ...config.models, ...wanted.models },
    ...(config.endpoint && { endpoint: config.endpoint }),
    ...(baseUrl && { endpoint: { baseUrl, ...(apiKey && { apiKey }) } }),
    ...(config.prices && { prices: config.prices }),
    applyPages: wanted.applyPages ?? false,
    onError: (run, error) => call.note(`${run ?? 'engine'}: ${error instanceof Error ? error.message : String(error)}`),
  }
}
