/** A live model in the place of the scripted one, chosen by environment variables. Which model proposes is the page's to say. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { RuntimeOptions } from '../../src/index.ts'

export interface LiveModel extends Pick<RuntimeOptions, 'endpoint' | 'prices'> {
  /** `provider/name`. */
  readonly id: string
}

/**
 * `CHARTER_MODEL=openai/gpt-4.1-mini`, with the provider's package of the AI SDK installed beside Charter; or any
 * endpoint that speaks OpenAI's chat completions at `CHARTER_MODEL_BASE_URL`, with `CHARTER_MODEL_API_KEY`. A model that
 * no price list knows needs `CHARTER_MODEL_PRICE=0.40/1.60`: dollars for a million tokens in, and out.
 */
export function liveModelIn(env: Readonly<Record<string, string | undefined>>): LiveModel | undefined {
  const { CHARTER_MODEL: id, CHARTER_MODEL_BASE_URL: baseUrl, CHARTER_MODEL_API_KEY: apiKey } = env
  if (!id) return undefined
  const [inputPerMillionUsd, outputPerMillionUsd] = env.CHARTER_MODEL_PRICE?.split('/') ?? []
  return {
    id,
    ...(baseUrl && { endpoint: { baseUrl, ...(apiKey && { apiKey }) } }),
    ...(inputPerMillionUsd && outputPerMillionUsd && { prices: { [id]: { inputPerMillionUsd, outputPerMillionUsd } } }),
  }
}

/** The page with that model on it, and the prompt it names, written into `folder`; gives the page's path. */
export function pageFor({ id }: LiveModel, page: string, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const text = readFileSync(page, 'utf8').replace(/^models: .*$/m, `models: { default: ${JSON.stringify(id)} }`)
  const live = path.join(folder, path.basename(page))
  writeFileSync(live, text)
  copyFileSync(path.join(path.dirname(page), 'billing.prompt.md'), path.join(folder, 'billing.prompt.md'))
  return live
}
