/**
 * The tables that projections fill: their columns and what makes a row one row. The migrations create them, and a test
 * holds the two together. `tenant` is the event's own, written by the ledger and never by a projection.
 */
export interface TableShape {
  readonly key: readonly string[]
  readonly columns: readonly string[]
}

const table = (key: string, columns: string): TableShape => ({
  key: ['tenant', ...key.split(' ')],
  columns: ['tenant', ...key.split(' '), ...columns.split(' ')],
})

export const projectionTables: Readonly<Record<string, TableShape>> = {
  runs: table(
    'run',
    'agent environment status reason start_key session grant release charter started_at updated_at ended_at awaits ' +
      'awaited wake_at turns tool_calls effects cost_micro_usd input_digest',
  ),
  effects: table(
    'effect',
    'run action agent tool risk subject business_key status attempt key dispatched_at deadline settles_by settled_at look_at',
  ),
  attempts: table('effect attempt', 'run agent tool risk key status settles_by'),
  movements: table('effect key', 'at amount state'),
  approvals: table(
    'approval',
    'run action agent tool risk digest status steps requested_at expires_at settled_at settled_by consumed_by',
  ),
  grants: table('grant', 'parent agent environment until revoked uses terms on_behalf_of'),
  stops: table('stop', 'scope value level by since environment'),
  charters: table('agent environment', 'charter applied_at'),
  handoffs: table('handoff', 'run agent group reason status assigned_at claimed_by claimed_at settled_at'),
  incidents: table(
    'incident',
    'run agent environment scope value stop status runs keeps_runs opened_at opened_by closed_at',
  ),
  subjects: table('kind subject run', 'touched_at'),
  breakers: table('tool', 'state since until'),
}

/** Kept by triggers from the rows of a projection: no projection writes it, and a rebuild compares it all the same. */
export const derivedTables: Readonly<Record<string, TableShape & { readonly from: string }>> = {
  movement_sums: { ...table('key level start', 'amount count'), from: 'movements' },
}

/** Names such as `group`, `grant` and `by` are words of SQL, so every name is quoted. */
export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** The columns of a table as the reads return them: `tenant` is what was asked for, so it is left out. */
export function columnsOf(name: string, leftOut: readonly string[] = []): string {
  const columns = projectionTables[name]?.columns ?? []
  return quoted(columns.filter((column) => column !== 'tenant' && !leftOut.includes(column)))
}
