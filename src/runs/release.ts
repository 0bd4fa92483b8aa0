/** What exactly runs: one hash over everything that says how a run behaves. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { CompiledCharter } from '../charter/compile.ts'
import type { Json } from '../json.ts'
import type { PriceBook } from '../models/price-book.ts'
import type { Tool } from '../tools/tool.ts'
import type { ShownTools } from './shown-tools.ts'

/** The order of turns that `next-step.ts` keeps; another order is another workflow. */
const workflow = 'loop@1'

export interface Release {
  readonly hash: string
  readonly parts: { readonly [part: string]: string }
}

export function releaseOf(
  compiled: CompiledCharter,
  tools: ReadonlyMap<string, Tool>,
  shown: ShownTools,
  prices: PriceBook,
): Release {
  const { page } = compiled
  const models = [page.models.default, page.models.escalate].filter((model) => model !== undefined)
  const parts = {
    charter: page.hash,
    policies: compiled.hash,
    prompt: digest(page.prompt?.text ?? ''),
    tools: digest(contractsOf(shown, tools)),
    models: digest(models),
    routing: digest({ default: page.models.default ?? null }),
    workflow,
    knowledge: 'none',
    price_book: digest([
      prices.version,
      page.models.default === undefined ? {} : prices.contentOf([page.models.default]),
    ]),
  }
  return { hash: digest(parts), parts }
}

/** What the model is shown of each tool, and what the runtime knows of it. */
function contractsOf(shown: ShownTools, tools: ReadonlyMap<string, Tool>): Json {
  return shown.tools.map(({ name, description, inputSchema }) => {
    const tool = tools.get(name)
    const { version, kind, risk, deadlineMs, settlesWithinMs, retry, idempotency } = tool ?? {}
    const contract = {
      version,
      kind,
      risk,
      deadlineMs,
      settlesWithinMs,
      retry,
      idempotency,
      output: tool?.output.jsonSchema,
    }
    return { name, description, inputSchema, ...JSON.parse(JSON.stringify(contract)) }
  })
}

const digest = (value: Json): string => `sha256:${hash('sha256', canonicalJson(value), 'hex')}`
