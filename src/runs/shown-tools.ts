/** The tools of a page as the model is shown them. */
import type { CompiledCharter } from '../charter/compile.ts'
import type { Page } from '../charter/page.ts'
import type { ModelTool } from '../models/model-request.ts'
import { modelSchema } from '../tools/model-schema.ts'
import type { Tool } from '../tools/tool.ts'

export interface ShownTools {
  readonly tools: readonly ModelTool[]
  /** Of their JSON, characters. */
  readonly length: number
}

/** Only tools that the page allows are shown: what a model does not know it cannot ask for. */
export function shownTools({ page }: CompiledCharter, known: ReadonlyMap<string, Tool>): ShownTools {
  const tools = [...known.values()]
    .filter((tool) => page.tools[tool.name]?.allowed && page.tools[tool.name]?.notEnforced.length === 0)
    .map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: modelSchema(tool, { requireIntent: wantsIntent(page, tool) }),
    }))
  return { tools, length: JSON.stringify(tools).length }
}

/** A citation stands in the intent, so a page that requires the one requires the other. */
const wantsIntent = (page: Page, { name }: Tool): boolean =>
  page.tools[name]?.requireIntent === true || page.tools[name]?.requireCitation === true
