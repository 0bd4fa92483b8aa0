import { type Agent, createRuntime, type Runtime } from '../../../src/index.ts'

// #region open
/** `ledger` is a URL such as `postgres://charter@db/charter`, `keyring` a file that only the engines may read. */
export const openProduction = (agents: readonly Agent[], ledger: string, keyring: string): Promise<Runtime> =>
  createRuntime({ agents, ledger, keyring, environment: 'prod' })
// #endregion
