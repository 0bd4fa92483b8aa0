/** What exactly runs: one hash over everything that says how a run behaves, and what it is over. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { CompiledCharter } from '../charter/compile.ts'
import type { Json, JsonObject } from '../json.ts'
import type { PriceBook } from '../models/price-book.ts'
import type { ClassifiedField, Schema } from '../tools/schema.ts'
import type { Tool } from '../tools/tool.ts'
import { contractOf, type ToolContract } from '../tools/tool-contract.ts'
import type { ShownTools } from './shown-tools.ts'

/** The order of turns that `next-step.ts` keeps; another order is another workflow. */
const workflow = 'loop@1'

export interface Release {
  readonly hash: string
  readonly parts: { readonly [part: string]: string }
  /** What the parts are hashes of, but for the page, its policies and its prompt: those are kept where it was applied. */
  readonly content: ReleaseContent
}

export interface ReleaseContent {
  /** As the model is shown them, and as the runtime goes by them. */
  readonly tools: readonly JsonObject[]
  readonly models: readonly string[]
  readonly routing: JsonObject
  readonly prices: { readonly version: string; readonly models: JsonObject }
  /** Every tool of the agent without its code, to compile pages with where the project is gone; no part of the hash. */
  readonly contracts?: readonly ToolContract[]
}

/** Fields of a tool that hold what must not be shown; money is none of these. */
export interface ToolFields {
  readonly input: readonly ClassifiedField[]
  readonly output: readonly ClassifiedField[]
  readonly facts: readonly ClassifiedField[]
}

export function releaseOf(
  compiled: CompiledCharter,
  tools: ReadonlyMap<string, Tool>,
  shown: ShownTools,
  prices: PriceBook,
): Release {
  const { page } = compiled
  const { default: model } = page.models
  const content: ReleaseContent = {
    tools: contractsOf(shown, tools),
    models: [model, page.models.escalate].filter((named) => named !== undefined),
    routing: { default: model ?? null },
    prices: { version: prices.version, models: model === undefined ? {} : prices.contentOf([model]) },
    contracts: [...tools.values()].map(contractOf),
  }
  const parts = {
    charter: page.hash,
    policies: compiled.hash,
    prompt: digest(page.prompt?.text ?? ''),
    tools: digest([...content.tools]),
    models: digest([...content.models]),
    routing: digest(content.routing),
    workflow,
    knowledge: 'none',
    price_book: digest([content.prices.version, content.prices.models]),
  }
  return { hash: digest(parts), parts, content }
}

/** What the model is shown of each tool, and what the runtime knows of it. */
function contractsOf(shown: ShownTools, tools: ReadonlyMap<string, Tool>): readonly JsonObject[] {
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
      classified: tool && fieldsOf(tool),
    }
    return { name, description, inputSchema, ...JSON.parse(JSON.stringify(contract)) }
  })
}

/** Nothing where there are none: a contract says what there is to say. */
function fieldsOf({ input, output, factsSchema }: Tool): ToolFields | undefined {
  const hidden = (schema: Schema | undefined) =>
    (schema?.classified ?? []).filter(({ classification }) => classification !== 'money')
  const fields = { input: hidden(input), output: hidden(output), facts: hidden(factsSchema) }
  return Object.values(fields).some((found) => found.length > 0) ? fields : undefined
}

const digest = (value: Json): string => `sha256:${hash('sha256', canonicalJson(value), 'hex')}`
