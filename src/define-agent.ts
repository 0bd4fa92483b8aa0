/** An agent as its author writes it: a page and the tools it may find there. Authority lives in the page alone. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { PageText } from './charter/applied-page.ts'
import { loadCharter } from './charter/load.ts'
import type { Page } from './charter/page.ts'
import { CharterError } from './errors.ts'
import type { Tool } from './tools/tool.ts'
import { type ToolSet, toolSet } from './tools/tool-set.ts'

export interface AgentInput {
  /** The page: a path (relative to the working directory) or a file URL. */
  charter: string | URL
  tools: readonly Tool[]
  /** Models by the id that stands on the page; others are found by name. */
  models?: Readonly<Record<string, LanguageModelV4>>
}

export interface Agent {
  readonly name: string
  readonly tools: ToolSet
  readonly models: Readonly<Record<string, LanguageModelV4>>
  readonly file: string
  /** Reads the page anew, with every file it names. Throws `charter_not_found`, `charter_invalid`. */
  read(): { page: Page; source: PageText }
}

/** Throws `charter_not_found`, `charter_invalid` or `tool_duplicate`. */
export function defineAgent({ charter, tools, models = {} }: AgentInput): Agent {
  const file = charter instanceof URL || charter.startsWith('file:') ? fileURLToPath(charter) : path.resolve(charter)
  const read = () => readPage(file)
  return { name: read().page.agent.name, tools: toolSet(tools), models, file, read }
}

export function readPage(file: string): { page: Page; source: PageText } {
  if (!existsSync(file)) {
    throw new CharterError('charter_not_found', `no page stands at \`${file}\``, {
      hint: 'write one with `charter init`',
    })
  }
  const text = readFileSync(file, 'utf8')
  const files: Record<string, string> = {}
  const readFile = (relative: string): string | undefined => {
    const named = path.resolve(path.dirname(file), relative)
    if (!existsSync(named)) return undefined
    files[relative] = readFileSync(named, 'utf8')
    return files[relative]
  }
  const { page } = loadCharter({ file: path.relative(process.cwd(), file) || file, text, readFile })
  return { page, source: { file: path.basename(file), text, files } }
}
