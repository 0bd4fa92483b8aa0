/**
 * `charter.config.ts`: where the command line finds a project's agents and tools. Verbs that stop, approve or grant never
 * load it, so it says nothing of where the ledger is: flags, `CHARTER_DATABASE_URL` and the folder do.
 */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Agent } from './define-agent.ts'
import type { Metric } from './measures/define-metric.ts'
import type { ModelPrice } from './models/price.ts'
import type { Redactor } from './redaction/redactor.ts'

export interface CharterConfig {
  readonly agents: readonly Agent[]
  /** Models by the id that stands on a page, for every agent that does not bring its own of that id. */
  readonly models?: Readonly<Record<string, LanguageModelV4>>
  /** An OpenAI-compatible endpoint for every model that is not given; `CHARTER_MODEL_BASE_URL` and `CHARTER_MODEL_API_KEY` win. */
  readonly endpoint?: { readonly baseUrl: string; readonly apiKey?: string }
  /** By the id of the model, in the place of the listed price. */
  readonly prices?: Readonly<Record<string, ModelPrice>>
  /** What reports cannot read from the ledger: what people and calls of tools cost. Dollars as decimal text. */
  readonly costs?: {
    readonly peoplePerHourUsd?: string
    /** How long one signature takes: an approval has no beginning that anybody records. */
    readonly minutesPerSignature?: number
    /** A call, by the name of the tool. */
    readonly toolFeesUsd?: Readonly<Record<string, string>>
  }
  /** Measures of the owner's own, made with `defineMetric`. */
  readonly metrics?: readonly Metric[]
  /** Looks, beside the built-in detectors, at what `run show` and `run export` show when they are given this configuration. */
  readonly redactor?: Redactor
}

/** Only for the types: it gives back what it was given. */
export const defineConfig = (config: CharterConfig): CharterConfig => config
