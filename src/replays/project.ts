/** What a replay takes from the project of today: the tools of an agent, and prices where none were recorded. */
import { type CompiledCharter, compileCharter } from '../charter/compile.ts'
import type { Page } from '../charter/page.ts'
import type { PriceBook } from '../models/price-book.ts'
import type { Evaluator } from '../policy/evaluate.ts'
import type { Tool } from '../tools/tool.ts'

export interface Project {
  readonly tools: ReadonlyMap<string, Tool>
  readonly prices: PriceBook
  readonly evaluator: Evaluator
  /** Throws `charter_invalid` or `policy_invalid` where the page does not fit the tools. */
  compile(page: Page): CompiledCharter
}

/** Compiles each page once: many runs pin the same one. */
export function createProject(
  { tools, prices, evaluator }: Omit<Project, 'compile'>,
  compile = compileCharter,
): Project {
  const known = new Map<string, CompiledCharter>()
  return {
    tools,
    prices,
    evaluator,
    compile(page) {
      const compiled = known.get(page.hash) ?? compile(page, [...tools.values()])
      known.set(page.hash, compiled)
      return compiled
    },
  }
}
