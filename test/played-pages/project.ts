/** A project folder around a refund house, so that what a page shows can be typed there: page, configuration, groups. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Said, say } from '../../src/cli/terminal-for-tests.ts'
import { type PageParts, pageText } from '../page-text.ts'
import { type HouseWanted, type RefundHouse, refundHouse } from '../refund-house.ts'

const root = path.resolve(import.meta.dirname, '../..')
const pageFile = 'billing.charter.yaml'

/** The agent of the examples, on the page of the tests: what a scenario does not speak of is as wide as can be. */
const basePage: PageParts = {
  agent: { name: 'billing-resolution', owner: 'billing-ops@acme.example', stage: 'gated' },
  on_call: 'billing-oncall',
  tools: { send_reply: null, refund_by_lookup: null, add_note: { allowed: true, risk: 'medium' } },
}

export interface PlayedProject extends AsyncDisposable {
  readonly house: RefundHouse
  readonly folder: string
  charter(words: readonly string[]): Promise<Said>
  /** Puts another text of the page into the folder; nothing is applied. */
  writePage(page: PageParts, file?: string): void
}

export async function playedProject(
  page: PageParts = {},
  wanted: Omit<HouseWanted, 'page'> = {},
): Promise<PlayedProject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-played-'))
  const whole = together(basePage, page)
  const house = await refundHouse({ ...wanted, database: 'file', page: whole })
  const writePage = (parts: PageParts, file = pageFile) =>
    writeFileSync(path.join(folder, file), pageText(together(whole, parts)))
  writePage({})
  writeFileSync(path.join(folder, 'charter.config.ts'), configText(house.desk.url))
  const groups = path.join(root, 'examples/refunds/charter.groups.yaml')
  const env = { CHARTER_DATABASE_URL: house.ledgerPlace, CHARTER_GROUPS: groups }
  return {
    house,
    folder,
    writePage,
    charter: (words) => say({ cwd: folder, env }, ...words),
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const configText = (desk: string): string => `import { defineAgent } from '${root}/src/define-agent.ts'
import { scriptedModel } from '${root}/src/testing.ts'
import { refundTools } from '${root}/test/refund-tools.ts'

const models = { 'scripted/refunds': scriptedModel({ id: 'scripted/refunds', conversations: {} }) }
const charter = new URL('./${pageFile}', import.meta.url).pathname
export default { agents: [defineAgent({ charter, tools: [...refundTools('${desk}')], models })] }
`

/** Maps are put together one level down, so that a scenario may speak of one tool. */
function together(under: PageParts, over: PageParts): PageParts {
  const merged: Record<string, PageParts[string]> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isMap(below) && isMap(value) ? { ...below, ...value } : value
  }
  return merged
}

const isMap = (value: unknown): value is Record<string, PageParts[string]> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
