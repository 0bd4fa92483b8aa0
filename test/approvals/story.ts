/** One story of a refund that people are asked about: its place, a door to start and watch from, and engines to kill. */
import path from 'node:path'
import type { TestContext } from 'node:test'
import { until } from '../../examples/refunds/desk/fresh-desk.ts'
import { type Answer, answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime } from '../../src/create-runtime.ts'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import type { RunHandle } from '../../src/run-handle.ts'
import { charter, type Said } from './charter-command.ts'
import { type Database, namesOf, openPlace } from './place.ts'
import { type Asked, type Halt, type RefundTask, refundAgent, writePage } from './refund-agent.ts'
import { spawnProgram } from './spawn-program.ts'

const engineProgram = path.join(import.meta.dirname, 'engine-process.ts')

type Groups = Readonly<Record<string, readonly string[]>>

const people: Groups = {
  finance: ['fay@acme.example', 'gus@acme.example', 'rita@acme.example'],
  support: ['sam@acme.example'],
}

export type Story = Awaited<ReturnType<typeof openStory>>

export async function openStory(
  test: TestContext,
  database: Database,
  asked: Partial<Asked> = {},
  groups: Groups = people,
) {
  const ends = new AsyncDisposableStack()
  test.after(() => ends.disposeAsync())
  const place = await openPlace(ends, database, { groups })
  const names = namesOf(place)
  writePage(names, { count: 1, expiresIn: '4h', ...asked })
  const { ledger, keyring } = names
  const agent = refundAgent(names)
  const door = await createRuntime({ ledger, keyring, agents: [agent], engine: false })
  ends.defer(door.close)
  const { house } = door

  const eventsOf = (stream: string) => house.ledger.read(house.tenant, stream)
  /** The first event of the type in the stream, as soon as it stands there. */
  const event = (stream: string, type: string): Promise<LedgerEvent> =>
    whenSo(async () => (await eventsOf(stream)).find((found) => found.type === type))

  const sent = () => place.witness.arrivals().filter(({ method, path }) => method === 'POST' && path === '/refunds')

  async function whenSo<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    const limit = AbortSignal.timeout(60_000)
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (limit.aborted) throw new Error(`it never came true: ${look}`)
      await house.ledger.changed(limit)
    }
  }

  return {
    ...place,
    ends,
    names,
    house,
    event,
    eventsOf,
    typesOf: async (stream: string) => (await eventsOf(stream)).map(({ type }) => type),
    start: (task: RefundTask): Promise<RunHandle> =>
      door.start(agent, { input: task, onBehalfOf: 'rita@acme.example' }),
    engine: (halt?: Halt) => spawnProgram(ends, engineProgram, { place: names, halt }),
    /** The question that the run waits for, once it does. */
    question: async (run: RunHandle, not?: string): Promise<string> =>
      whenSo(async () => {
        const { open } = await house.ledger.find(house.tenant, {
          open: { read: 'approvals', status: 'pending', run: run.id },
        })
        return open.find(({ approval }) => approval !== not)?.approval
      }),
    charter: (...args: readonly string[]): Promise<Said> => charter(names, ...args),
    /** Signs with the command line, in a process of its own. */
    grant: (approval: string, by = 'fay@acme.example') =>
      charter(names, 'approval', 'grant', approval, '--as', by, '--yes'),
    /** Answers from this process. */
    answer: (approval: string, by: string, answer: Answer['answer'] = { type: 'grant' }) =>
      answerApproval(house, { approval, by, groups: groupsOf(groups, by), answer }),
    refunds: () => place.witness.commits().filter(({ kind }) => kind === 'refund'),
    sent,
    bodyOf: async (approval: string, type: string) => (await event(`approval/${approval}`, type)).body,
    /** Resolves when the time to answer is over. */
    isOver: async (approval: string) => {
      const { body } = await event(`approval/${approval}`, 'approval.requested')
      await house.clock.wait(Number(body.expires_at) - house.clock.now() + 1)
    },
    sentByAgent: () => sent().filter(({ idempotency_key: key }) => key !== null),
    /** How often the desk was asked for an invoice. */
    looks: () => place.witness.arrivals().filter(({ path }) => path.startsWith('/invoices/')).length,
    attempts: async (run: RunHandle) =>
      (await eventsOf(`run/${run.id}`)).filter(({ type }) => type === 'effect.dispatched').length,
    until,
  }
}

const groupsOf = (groups: Groups, by: string): string[] =>
  Object.keys(groups).filter((group) => groups[group]?.includes(by))

/** The run's end, and what its model was told of the refund. */
export async function endOf(run: RunHandle) {
  const result = await run.settled(AbortSignal.timeout(60_000))
  return { status: result.status, code: result.code, told: 'output' in result ? String(result.output) : '' }
}
