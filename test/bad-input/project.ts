/**
 * A project as its user has it: a folder with a page, a configuration and a ledger, tools that speak to a real desk, and
 * a model that plays a written conversation. `charter` is called in it as a process of its own.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { freshDesk } from '../../examples/refunds/desk/fresh-desk.ts'
import { refundTools } from '../../examples/refunds/tools.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../../src/create-runtime.ts'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import { scriptedModel, type WrittenTurn } from '../../src/testing.ts'
import { ledgerState } from './ledger-state.ts'

export const modelId = 'openai/gpt-4.1-mini'

/** Nobody is asked for anything, so that a run goes as far as its rules let it. */
export const page = `charter: 1
agent:
  name: billing
  owner: billing-ops@acme.example
  stage: auto
  max_steps: 12
  max_tool_calls: 12
  max_cost_usd: 0.50
  escalation:
    on_budget_exceeded: handoff_to_human
    on_tool_error_retries_exhausted: handoff_to_human
  per_step: { retries: 2 }
on_call: billing-oncall
models: { default: ${modelId} }
tools:
  get_ticket: { allowed: true }
  get_invoice: { allowed: true }
  search_policy: { allowed: true }
  request_refund: { allowed: true, max_amount_usd: 100 }
  add_note: { allowed: true }
`

export interface ProjectParts {
  readonly page?: string
  /** Files beside the page, by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly turns?: readonly WrittenTurn[]
  /** A folder of the test's own, such as one on a disk of its own. */
  readonly ledgerFolder?: string
}

export interface Said {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** What it says first, while it goes on. */
export async function firstWords(child: ReturnType<typeof spawn>): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk)
  throw new Error('it ended without a word')
}

export type Project = Awaited<ReturnType<typeof freshProject>>

const root = path.resolve(import.meta.dirname, '../..')
const main = path.join(root, 'src', 'cli', 'main.ts')

export async function freshProject(t: TestContext, parts: ProjectParts = {}) {
  const { desk, client } = await freshDesk(t)
  const ends = new AsyncDisposableStack()
  t.after(() => ends.disposeAsync())
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-project-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const pageFile = path.join(folder, 'billing.charter.yaml')
  const ledgerFolder = parts.ledgerFolder ?? path.join(folder, '.charter')
  mkdirSync(ledgerFolder, { recursive: true })
  const ledger = path.join(ledgerFolder, 'ledger.db')
  const files = {
    'billing.charter.yaml': parts.page ?? page,
    'charter.config.ts': config,
    'charter.groups.yaml': groups,
    'script.json': JSON.stringify(parts.turns ?? []),
    ...parts.files,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const model = scriptedModel({ id: modelId, conversations: { only: parts.turns ?? [] } })
  const agent = (models: Agent['models'] = { [modelId]: model }) =>
    defineAgent({ charter: pageFile, tools: refundTools(client), models })
  const env = { ...process.env, NO_COLOR: '1', DESK_URL: desk.url, CHARTER_DATABASE_URL: ledger }

  return {
    folder,
    ledger,
    page: pageFile,
    desk,
    client,
    model,
    agent,
    /** Closed when the test ends, if it was not before. */
    async runtime(options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
      const runtime = await createRuntime({ agents: options.agents ?? [agent()], ledger, ...options })
      ends.defer(runtime.close)
      return runtime
    },
    /** Done when the test ends, the last thing first. */
    after: (end: () => void | Promise<void>) => ends.defer(end),
    /** Calls `charter` and waits until it has ended. */
    charter: (...args: readonly string[]): Promise<Said> =>
      ended(spawn(process.execPath, [main, ...args], { cwd: folder, env })),
    /** Calls `charter` and lets it go on. */
    spawn: (...args: readonly string[]) => spawn(process.execPath, [main, ...args], { cwd: folder, env }),
    charterAs: (user: number, ...args: readonly string[]): Promise<Said> =>
      ended(
        spawn('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', process.execPath, main, ...args], {
          cwd: folder,
          env,
        }),
      ),
    state: () => ledgerState(ledger),
    /** Bytes on the disk. */
    size: () => sizeOf(ledger) + sizeOf(`${ledger}-wal`),
  }
}

/** Started as one of this project's runs are started in all of these stories. */
export const start = (runtime: Runtime, input = 'ZD-188233') =>
  runtime.start('billing', { input, onBehalfOf: 'ada@acme.example' })

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** `charter ledger verify` finds the ledger whole. */
export async function verifies(project: Project): Promise<void> {
  const verified = await project.charter('ledger', 'verify', '--json')
  assert.equal(verified.exit, 0, `${verified.out}${verified.err}`)
  assert.equal(JSON.parse(verified.out).events, project.state().events)
}

/** What stands in the ledger, and that its chain holds, is the same after `work` as it was before. */
export async function leavingTheLedgerAsItWas<Answer>(project: Project, work: () => Promise<Answer>): Promise<Answer> {
  const before = project.state()
  const answer = await work()
  assert.deepEqual(project.state(), before)
  await verifies(project)
  return answer
}

/** What it said, once it has ended; a minute at most. */
export async function ended(child: ReturnType<typeof spawn>): Promise<Said> {
  const said = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const exit = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  clearTimeout(late)
  return { exit, ...said }
}

const groups = `principals:
  ada@acme.example: Ada, operations
groups:
  operations: [ada@acme.example]
`

const imported = (file: string): string => pathToFileURL(path.join(root, file)).href

const config = `import { readFileSync } from 'node:fs'
import { defineAgent, defineConfig } from '${imported('src/index.ts')}'
import { scriptedModel } from '${imported('src/testing.ts')}'
import { connectDesk } from '${imported('examples/refunds/desk/client.ts')}'
import { refundTools } from '${imported('examples/refunds/tools.ts')}'

const turns = JSON.parse(readFileSync(new URL('./script.json', import.meta.url), 'utf8'))
const model = scriptedModel({ id: '${modelId}', conversations: { only: turns } })
const tools = refundTools(connectDesk(process.env.DESK_URL ?? ''))
export default defineConfig({
  agents: [defineAgent({ charter: './billing.charter.yaml', tools, models: { '${modelId}': model } })],
})
`
