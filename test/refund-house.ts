/**
 * A house with one agent that works refunds at the real desk, for tests: a real runtime on a ledger of the test's
 * choosing, a page written as defaults and overrides, a conversation for each run, and the desk's own log as witness.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { DeskData } from '../examples/refunds/desk/seed.ts'
import { type Desk, type DeskOptions, startDesk } from '../examples/refunds/desk/start-desk.ts'
import type { Clock } from '../src/clock.ts'
import { type Answer, answerApproval } from '../src/commands/answer-approval.ts'
import { applyCharter } from '../src/commands/apply-charter.ts'
import { raiseStop, type StopWanted } from '../src/commands/raise-stop.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../src/create-runtime.ts'
import type { Agent } from '../src/define-agent.ts'
import type { Json, JsonObject } from '../src/json.ts'
import type { LedgerEvent, PayloadRef } from '../src/ledger/event.ts'
import { defaultPriceBook } from '../src/models/default-price-book.ts'
import type { ScriptedTurn } from '../src/models/script.ts'
import { scriptedModel } from '../src/models/scripted-model.ts'
import type { RunResult } from '../src/run-handle.ts'
import type { RunEventBodies, RunEventType } from '../src/runs/events.ts'
import type { StartInput } from '../src/runs/start-run.ts'
import type { Tool } from '../src/tools/tool.ts'
import { type PageParts, pageText } from './page-text.ts'
import { freshDatabase } from './postgres.ts'
import { agentOf, prices } from './refund-agent.ts'
import { engineElsewhere } from './refund-process.ts'
import { refundTools } from './refund-tools.ts'
import { requireSameReplays } from './replayed-runs.ts'
import { type SkippingClock, skippingClock } from './skipping-clock.ts'

export type Database = 'memory' | 'file' | 'postgres'

/** What a small shop has: nine invoices of 100.00, the odd ones of customer c_1 and the even ones of c_2; three tickets. */
const shop: DeskData = {
  customers: ['c_1', 'c_2'].map((id) => ({ id, name: id, email: `${id}@mail.example` })),
  invoices: Array.from({ length: 9 }, (_, index) => ({
    id: `in_${index + 1}`,
    customer: index % 2 === 0 ? 'c_1' : 'c_2',
    description: 'beans',
    status: 'paid' as const,
    paid_minor: 10_000,
    refunded_minor: 0,
    currency: 'usd' as const,
    issued_days_ago: 3,
  })),
  tickets: ['t_1', 't_2', 't_3'].map((id) => ({
    id,
    customer: 'c_1',
    invoice: 'in_1',
    status: 'open' as const,
    created_days_ago: 1,
    subject: 'refund',
    body: 'Please refund me.',
  })),
  documents: [
    { id: 'doc_1', source: 'refund-policy', title: 'Refunds', text: 'Refunds are fine.', updated_days_ago: 1 },
  ],
}

export interface HouseWanted {
  readonly database?: Database
  readonly page?: PageParts
  /** Files that the page names: prompt, policies. */
  readonly files?: Readonly<Record<string, string>>
  readonly desk?: Partial<DeskOptions>
  readonly tools?: (own: readonly Tool[]) => readonly Tool[]
  readonly clock?: SkippingClock
  readonly options?: Partial<RuntimeOptions>
  /** False where the test writes into the ledger what no engine would: its runs are not replayed when it closes. */
  readonly replays?: boolean
}

/** What several runtimes on one ledger share. */
interface Ground {
  readonly database: Database
  readonly desk: Desk
  readonly ledger: string
  readonly keyring: string
  readonly conversations: Record<string, readonly ScriptedTurn[]>
  readonly prompts: string[]
}

export type Starting = Partial<Omit<StartInput, 'agent'>>

export interface RefundHouse extends AsyncDisposable {
  readonly runtime: Runtime
  readonly tools: Agent['tools']
  readonly desk: Desk
  readonly clock: SkippingClock
  readonly ledgerPlace: string
  readonly keyringPlace: string
  readonly errors: readonly unknown[]
  /** Everything that any model was sent, as text. */
  readonly prompts: readonly string[]
  /** Starts a run that plays these turns, and gives its id. */
  start(turns: readonly ScriptedTurn[], starting?: Starting): Promise<string>
  /** Once it has ended or waits for people; half a minute at most. */
  settled(run: string): Promise<RunResult>
  play(turns: readonly ScriptedTurn[], starting?: Starting): Promise<RunResult>
  events(run: string): Promise<readonly LedgerEvent[]>
  bodies<Type extends RunEventType>(run: string, type: Type): Promise<readonly RunEventBodies[Type][]>
  /** What the model was told of each of its actions, in order. */
  told(run: string): Promise<readonly { outcome: string; code: string | undefined; result: Json }[]>
  content(run: string, ref: PayloadRef | undefined): Promise<Json>
  answer(approval: string, answer: Answer['answer'], by?: Partial<Answer>): ReturnType<typeof answerApproval>
  stop(wanted?: Partial<StopWanted>): ReturnType<typeof raiseStop>
  apply(page: PageParts): Promise<void>
  /** Another runtime on the same ledger, the same desk and the same conversations. */
  another(wanted?: Omit<HouseWanted, 'database' | 'desk'>): Promise<RefundHouse>
  /** An engine on this ledger in a process of its own, that plays the conversations written so far. */
  engineElsewhere(leaseMs?: number): ReturnType<typeof engineElsewhere>
  /** Writes another end for the conversation of a run. */
  rewrite(run: string, turns: readonly ScriptedTurn[]): Promise<void>
  /** Once it is so; a thousand looks at most, five seconds or a little more. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void>
}

export async function refundHouse(wanted: HouseWanted = {}): Promise<RefundHouse> {
  const { database = 'memory' } = wanted
  const folder = mkdtempSync(path.join(tmpdir(), 'refund-house-'))
  const fresh = database === 'postgres' ? await freshDatabase() : undefined
  const desk = await startDesk({ file: path.join(folder, 'desk.sqlite'), data: shop, ...wanted.desk })
  const ground: Ground = {
    database,
    desk,
    ledger: fresh?.url ?? (database === 'file' ? path.join(folder, 'ledger.db') : ':memory:'),
    keyring: database === 'memory' ? ':memory:' : path.join(folder, 'keyring.db'),
    conversations: {},
    prompts: [],
  }
  const leave = async () => {
    await desk.close()
    await fresh?.drop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const house = await openHouse(ground, wanted).catch(async (error) => {
    await leave()
    throw error
  })
  return {
    ...house,
    async [Symbol.asyncDispose]() {
      try {
        await house[Symbol.asyncDispose]()
      } finally {
        await leave()
      }
    },
  }
}

async function openHouse(ground: Ground, wanted: Omit<HouseWanted, 'database' | 'desk'>): Promise<RefundHouse> {
  const { desk, conversations, prompts } = ground
  const clock = wanted.clock ?? skippingClock()
  const errors: unknown[] = []
  const agent = agentOf(
    pageText(wanted.page),
    (wanted.tools ?? ((own) => own))(refundTools(desk.url)),
    listening(scriptedModel({ id: 'scripted/refunds', conversations, pick: (opening) => nameIn(opening) }), prompts),
    wanted.files,
  )
  let isOpen = true
  const opened = await createRuntime({
    agents: [agent],
    ledger: ground.ledger,
    keyring: ground.keyring,
    clock,
    prices,
    // A test moves the clock ahead by hours; no lease ends by that.
    leaseMs: 30 * 86_400_000,
    onError: (_run, error) => errors.push(error),
    ...wanted.options,
  })
  const leave = () => {
    isOpen = false
    return opened.close()
  }
  const runtime: Runtime = { ...opened, close: leave, [Symbol.asyncDispose]: leave }
  const { house } = runtime
  const { ledger, tenant, sealer } = house

  const settled = (run: string) => runtime.run(run).settled(AbortSignal.timeout(30_000))
  const start = async (turns: readonly ScriptedTurn[], starting: Starting = {}) => {
    const name = `c${Object.keys(conversations).length + 1}`
    conversations[name] = turns
    const handle = await runtime.start(agent, { input: { conversation: name }, ...starting })
    return handle.id
  }
  const content = async (run: string, ref: PayloadRef | undefined) => {
    await sealer.prepare(`run/${run}`)
    const [payload] = ref ? await ledger.payloads(tenant, `run/${run}`, [ref.n]) : []
    return payload ? sealer.open(payload) : null
  }
  const events = (run: string) => ledger.read(tenant, `run/${run}`)
  const bodies = async <Type extends RunEventType>(run: string, type: Type) =>
    (await events(run)).flatMap((event) => (event.type === type ? [event.body as object as RunEventBodies[Type]] : []))

  let closing: Promise<void> | undefined
  const close = async () => {
    try {
      if (isOpen && (wanted.replays ?? true))
        await requireSameReplays(opened, agent.tools, defaultPriceBook({ asOf: 0, overrides: prices }))
    } finally {
      await runtime.close()
    }
  }

  return {
    runtime,
    tools: agent.tools,
    desk,
    clock,
    errors,
    prompts,
    ledgerPlace: ground.ledger,
    keyringPlace: ground.keyring,
    start,
    settled,
    play: async (turns, starting) => settled(await start(turns, starting)),
    events,
    bodies,
    content,
    told: async (run) =>
      Promise.all(
        (await bodies(run, 'action.returned')).map(async ({ outcome, code, result }) => ({
          outcome,
          code,
          result: await content(run, result),
        })),
      ),
    answer: (approval, answer, by = {}) =>
      answerApproval(house, { approval, by: 'fay@acme.example', groups: ['finance'], answer, ...by }),
    stop: (stop = {}) =>
      raiseStop(house, { scope: 'everything', value: '', level: 'observe', by: 'ops@acme.example', ...stop }),
    apply: async (page) => {
      const { page: loaded, source } = agentOf(pageText(page), [], scriptedModel({ conversations: {} })).read()
      await applyCharter(house, loaded, source, 'owner@acme.example')
    },
    another: (more = {}) => openHouse(ground, { ...wanted, ...more }),
    engineElsewhere: (leaseMs = 30_000) =>
      engineElsewhere({
        ...ground,
        desk: desk.url,
        page: pageText(wanted.page),
        conversations: JSON.parse(JSON.stringify(conversations)),
        leaseMs,
      }),
    rewrite: async (run, turns) => {
      const [started] = await bodies(run, 'run.started')
      conversations[nameIn(JSON.stringify(await content(run, started?.input)))] = turns
    },
    until: (isSo) => until(isSo, clock),
    [Symbol.asyncDispose]: () => {
      closing ??= close()
      return closing
    },
  }
}

/** A thousand looks at most, five milliseconds apart. */
export async function until(isSo: () => boolean | Promise<boolean>, clock: Clock): Promise<void> {
  for (let looks = 0; !(await isSo()); looks++) {
    // Well before the ten seconds after which a tool of the house times out by itself.
    if (looks > 1_000) throw new Error(`it never came true: ${isSo}`)
    await clock.wait(5)
  }
}

const nameIn = (opening: string): string => JSON.parse(opening).conversation

function listening(model: LanguageModelV4, heard: string[]): LanguageModelV4 {
  return {
    ...model,
    doGenerate: (options) => {
      heard.push(JSON.stringify([options.prompt, options.tools]))
      return model.doGenerate(options)
    },
  }
}

/** Turns as they are mostly written. */
export const call = (tool: string, input: JsonObject) => ({ calls: [{ tool, input }] })
export const calls = (...made: readonly (readonly [string, JsonObject])[]) => ({
  calls: made.map(([tool, input]) => ({ tool, input })),
})
export const say = (words: string) => ({ say: words })
export const refund = (invoice: string, amount = '10.00') =>
  call('request_refund', { invoice, amount, reason: 'broken' })
