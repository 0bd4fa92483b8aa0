/** The one place that wires adapters together: which ledger, which keys, which clock, which models. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { approvalProjection } from './approvals/approval-projection.ts'
import { charterProjection } from './charter/charter-projection.ts'
import { compileCharter } from './charter/compile.ts'
import { type Clock, systemClock } from './clock.ts'
import { applyCharter } from './commands/apply-charter.ts'
import type { House } from './commands/house.ts'
import type { Agent } from './define-agent.ts'
import { CharterError, nearest } from './errors.ts'
import { handoffProjection } from './handoffs/handoff-projection.ts'
import { grantProjection } from './identity/grant-projection.ts'
import { newId, type Randomness, systemRandomness } from './ids.ts'
import { incidentProjection } from './incidents/incident-projection.ts'
import { type ConnectKeyring, openFileKeyring } from './keyring/file-keyring.ts'
import type { Keyring } from './keyring/keyring.ts'
import { createSealer } from './keyring/sealer.ts'
import type { Ledger } from './ledger/ledger.ts'
import { openPostgresLedger } from './ledger/postgres/postgres-ledger.ts'
import type { Projection } from './ledger/projection.ts'
import { openSqliteLedger, type SqliteLedgerOptions } from './ledger/sqlite/sqlite-ledger.ts'
import { callModel } from './models/call-model.ts'
import { defaultPriceBook } from './models/default-price-book.ts'
import type { ModelPrice } from './models/price.ts'
import { resolveModel } from './models/resolve-model.ts'
import { createEvaluator, type Evaluator } from './policy/evaluate.ts'
import { type RunHandle, runHandle } from './run-handle.ts'
import { createBreakers } from './runs/breakers.ts'
import { createCharterBook } from './runs/charter-book.ts'
import { Engine, type EngineOptions } from './runs/engine.ts'
import { createInFlight } from './runs/in-flight.ts'
import { createKeptRuns } from './runs/kept-runs.ts'
import { createOffers } from './runs/offers.ts'
import { lateRecorder } from './runs/record-late.ts'
import { createReleaseBook } from './runs/release-book.ts'
import { runProjection } from './runs/run-projection.ts'
import { createSharedSpending } from './runs/shared-spending.ts'
import { type StartInput, startRun } from './runs/start-run.ts'
import type { World } from './runs/world.ts'
import { stopProjection } from './stops/stop-projection.ts'
import { breakerProjection } from './tools/breaker-projection.ts'
import { callTool } from './tools/call-tool.ts'
import { callVerify } from './tools/call-verify.ts'

/** Every list and screen; a ledger is opened with all of them, or its lists would fall behind its events. */
export const projections: readonly Projection[] = [
  runProjection,
  approvalProjection,
  grantProjection,
  stopProjection,
  charterProjection,
  handoffProjection,
  breakerProjection,
  incidentProjection,
]

export interface HouseOptions {
  /** A PostgreSQL URL, a file, or `:memory:`; `.charter/ledger.db` unless said otherwise. */
  readonly ledger?: string
  /** The file of the keyring; `keyring.db` beside the ledger's file, or in `.charter/`. */
  readonly keyring?: string
  readonly tenant?: string
  readonly environment?: string
  readonly clock?: Clock
  readonly random?: Randomness
  /** How the files of ledger and keyring are opened, and what a tick is: a simulation hands in its own. */
  readonly sqlite?: Pick<SqliteLedgerOptions, 'connect' | 'nextTick'> & { readonly connectKeyring?: ConnectKeyring }
}

export interface RuntimeOptions extends HouseOptions, EngineOptions {
  readonly agents: readonly Agent[]
  /** Models by the id that stands on the page, for all agents. */
  readonly models?: Readonly<Record<string, LanguageModelV4>>
  /** An OpenAI-compatible endpoint for every model that is not given. */
  readonly endpoint?: { readonly baseUrl: string; readonly apiKey?: string }
  readonly prices?: Readonly<Record<string, ModelPrice>>
  /** Whoever opens many runtimes on the same pages hands in one that remembers what it compiled. */
  readonly compile?: typeof compileCharter
  /** The same of the policies that those pages became. */
  readonly evaluator?: Evaluator
  /** Whether pages are put in force as they stand; else only where none is in force yet. */
  readonly applyPages?: boolean
  /** False to start and look at runs without moving any: another process does. */
  readonly engine?: boolean
}

export interface Runtime extends AsyncDisposable {
  readonly house: House
  readonly keyring: Keyring
  start(agent: Agent | string, start: Omit<StartInput, 'agent'>): Promise<RunHandle>
  run(id: string): RunHandle
  close(): Promise<void>
}

/** Opens ledger and keys. Throws `ledger_…` and `keyring_unavailable`. */
export async function openHouse(
  options: HouseOptions = {},
): Promise<House & { keyring: Keyring; close(): Promise<void> }> {
  const { clock = systemClock, random = systemRandomness, tenant = 'default', environment = 'dev' } = options
  const { connectKeyring, ...sqlite } = options.sqlite ?? {}
  const place = options.ledger ?? path.join('.charter', 'ledger.db')
  await using opened = new AsyncDisposableStack()
  const ledger = opened.adopt(await openLedger(place, { clock, random, ...sqlite }), (ledger) => ledger.close())
  const keyring = opened.adopt(
    openFileKeyring({
      file: keyringFile(options, place),
      random,
      ...(connectKeyring && { connect: connectKeyring }),
    }),
    (ring) => ring.close(),
  )
  const sealer = opened.adopt(await createSealer({ keyring, tenant, random }), (sealer) => sealer.close())
  const kept = opened.move()
  return { ledger, sealer, keyring, clock, random, tenant, environment, close: () => kept.disposeAsync() }
}

const isPostgres = (place: string): boolean => /^postgres(ql)?:/.test(place)

async function openLedger(place: string, parts: Omit<SqliteLedgerOptions, 'file' | 'projections'>): Promise<Ledger> {
  const { clock, random } = parts
  if (isPostgres(place)) return openPostgresLedger({ url: place, projections, clock, random })
  return openSqliteLedger({ file: place, projections, ...parts })
}

function keyringFile({ keyring }: HouseOptions, place: string): string {
  const file =
    keyring ??
    (place === ':memory:' ? ':memory:' : path.join(isPostgres(place) ? '.charter' : path.dirname(place), 'keyring.db'))
  if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  return file
}

/** Throws what `openHouse` throws, `ledger_locked`, and `charter_invalid` or `policy_invalid` of a page that cannot be kept. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  await using opened = new AsyncDisposableStack()
  const house = opened.adopt(await openHouse(options), (house) => house.close())
  const agents = byName(options.agents)
  const prices = defaultPriceBook({ asOf: house.clock.now(), ...(options.prices && { overrides: options.prices }) })
  const engineId = newId('eng', house.clock, house.random)
  const toolsOf = (name: string) => agents.get(name)?.tools ?? new Map()
  const library = { ...house, toolsOf, compile: options.compile }
  const onError = options.onError ?? (() => {})
  const { clock } = house
  const closing = new AbortController()
  opened.defer(() => closing.abort())
  const world: World = {
    ...house,
    agents: [...agents.keys()],
    toolsOf,
    evaluator: options.evaluator ?? createEvaluator(),
    prices,
    charters: createCharterBook(library),
    offers: createOffers(prices),
    releases: createReleaseBook(house),
    breakers: createBreakers(house, `engine:${engineId}`),
    spending: opened.adopt(createSharedSpending({ ...house, engine: engineId }), (spending) => spending.close()),
    inFlight: createInFlight(),
    kept: createKeptRuns(),
    model: async (id) => {
      const model = await resolveModel(id, modelsOf(options), options.endpoint)
      return (request, within) => callModel(model, request, { clock, ...within })
    },
    calls: {
      call: (tool, input, sending) => callTool(tool, input, sending, clock),
      verify: (tool, input, asking) => callVerify(tool, input, asking, clock),
    },
    recordLate: lateRecorder(() => world, onError, closing.signal),
  }
  const engine =
    options.engine === false
      ? undefined
      : opened.adopt(await enter(world, engineId, options), (engine) => engine.close())
  for (const agent of agents.values()) await putInForce(world, agent, options.applyPages ?? false)
  engine?.start()
  const kept = opened.move()
  const close = () => kept.disposeAsync()
  return {
    house,
    keyring: house.keyring,
    async start(agent, start) {
      const name = typeof agent === 'string' ? agent : agent.name
      if (!agents.has(name)) throw unknownAgent(name, agents.keys())
      const { run } = await startRun(world, { ...start, agent: name })
      return runHandle(house, run)
    },
    run: (id) => runHandle(house, id),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function enter(world: World, id: string, options: EngineOptions): Promise<Engine> {
  return new Engine(world, await world.ledger.leases.enter(id), options)
}

/**
 * The page in force is the one last applied; a file takes effect by itself only where none is in force. Either way it
 * must compile with the agent's tools: under a page that does not, no run would be moved.
 */
async function putInForce(world: World, agent: Agent, always: boolean): Promise<void> {
  const { ledger, tenant, environment, charters } = world
  const { charter } = await ledger.find(tenant, { charter: { read: 'charter', agent: agent.name, environment } })
  if (charter && !always) {
    await charters.compiled(agent.name, charter.charter)
    return
  }
  const { page, source } = agent.read()
  compileCharter(page, [...agent.tools.values()])
  await applyCharter(world, page, source, 'service:runtime')
}

function byName(agents: readonly Agent[]): ReadonlyMap<string, Agent> {
  const named = new Map<string, Agent>()
  for (const agent of agents) {
    if (named.has(agent.name))
      throw new CharterError('config_invalid', `two agents are called \`${agent.name}\``, { param: 'agents' })
    named.set(agent.name, agent)
  }
  return named
}

const modelsOf = ({ agents, models }: RuntimeOptions): Readonly<Record<string, LanguageModelV4>> =>
  Object.assign({}, ...agents.map((agent) => agent.models), models)

function unknownAgent(name: string, known: Iterable<string>): CharterError {
  const near = nearest(name, known)
  return new CharterError('agent_unknown', `no agent is called \`${name}\``, {
    param: 'agent',
    hint: near === undefined ? 'give the agent to `createRuntime`' : `did you mean \`${near}\`?`,
  })
}
