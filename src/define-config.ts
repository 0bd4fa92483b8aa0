/**
 * `charter.config.ts`: where the command line finds a project's agents and tools. Verbs that stop, approve or grant never
 * load it.
 */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Agent } from './define-agent.ts'

export interface CharterConfig {
  readonly agents: readonly Agent[]
  /** Models by the id that stands on a page, for every agent that does not bring its own of that id. */
  readonly models?: Readonly<Record<string, LanguageModelV4>>
  /** A file or `postgres://…`; `.charter/ledger.db` unless said otherwise. Flags and `CHARTER_DATABASE_URL` win. */
  readonly ledger?: string
  /** The environment, `dev` unless said otherwise; `--env` and `CHARTER_ENV` win. */
  readonly environment?: string
}

/** Only for the types: it gives back what it was given. */
export const defineConfig = (config: CharterConfig): CharterConfig => config
