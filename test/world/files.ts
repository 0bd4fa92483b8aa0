/** The two files that a machine of a simulated world holds. */
export const ledgerFile = 'ledger.db'
export const keyringFile = 'keyring.db'
