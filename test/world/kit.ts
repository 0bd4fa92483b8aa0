/** What every world of this process shares, because it is made from nothing random: tools, compiled pages, empty files. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CompiledCharter, compileCharter } from '../../src/charter/compile.ts'
import type { Clock } from '../../src/clock.ts'
import { applyCharter } from '../../src/commands/apply-charter.ts'
import { openHouse } from '../../src/create-runtime.ts'
import { defaultPriceBook } from '../../src/models/default-price-book.ts'
import { createEvaluator, type Evaluator } from '../../src/policy/evaluate.ts'
import { createProject, type Project } from '../../src/replays/project.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { keyringFile, ledgerFile } from './files.ts'
import { type PageName, pages, prices } from './pages.ts'
import { seededRandom } from './random.ts'
import { vendorTools, type Wire } from './vendor-tools.ts'

/** When every world begins. */
export const worldBegins = Date.UTC(2026, 10, 21)

/** How long the vendor honours a key by its tools' word; it keeps it a little longer. */
export const honouredMs = 3_000

export interface Kit extends Disposable {
  readonly folder: string
  /** Files of a ledger with that page in force. */
  template(page: PageName): Promise<string>
  readonly compile: typeof compileCharter
  /** Of the engines; policies are prepared once in a process, as pages are compiled once. */
  readonly evaluator: Evaluator
  /** Of whoever asks again: what the engines remember, it does not know. */
  readonly otherEvaluator: Evaluator
  readonly tools: readonly Tool[]
  /** With which runs are replayed. */
  readonly project: Project
  /** The tools on the wire of the process that has them now. */
  connect(wire: Wire): void
}

export function openKit(): Kit {
  const memory = '/dev/shm'
  const folder = mkdtempSync(path.join(existsSync(memory) ? memory : tmpdir(), 'charter-world-'))
  const compiled = new Map<string, CompiledCharter>()
  const templates = new Map<PageName, Promise<string>>()
  let current: Wire | undefined
  const wire = (): Wire => {
    if (current) return current
    throw new Error('no process has these tools')
  }
  const tools = vendorTools(
    {
      write: (message, sending) => wire().write(message, sending),
      show: (order, sending) => wire().show(order, sending),
      find: (key, sending) => wire().find(key, sending),
    },
    honouredMs,
  )
  const named = new Map(tools.map((tool) => [tool.name, tool]))
  const otherEvaluator = createEvaluator({ memoSize: 0 })
  return {
    folder,
    evaluator: createEvaluator(),
    otherEvaluator,
    tools,
    project: createProject({
      tools: named,
      prices: defaultPriceBook({ asOf: worldBegins, overrides: prices }),
      evaluator: otherEvaluator,
    }),
    connect: (wire) => {
      current = wire
    },
    compile: (page, tools) => {
      const known = compiled.get(page.hash) ?? compileCharter(page, tools)
      compiled.set(page.hash, known)
      return known
    },
    template: (page) => {
      const made = templates.get(page) ?? makeTemplate(path.join(folder, `template-${page}`), page)
      templates.set(page, made)
      return made
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The same files each time, but for what SQLite itself may write otherwise. */
async function makeTemplate(folder: string, name: PageName): Promise<string> {
  mkdirSync(folder)
  const random = seededRandom(`template ${name}`)
  const now = worldBegins - 1_000
  const clock: Clock = { now: () => now, monotonic: () => 0, wait: async () => {} }
  const house = await openHouse({
    ledger: path.join(folder, ledgerFile),
    keyring: path.join(folder, keyringFile),
    clock,
    random,
  })
  const { page, source } = pages[name]
  await applyCharter(house, page, source, 'service:template')
  await house.close()
  return folder
}
