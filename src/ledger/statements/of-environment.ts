/** Rows of runs of one environment, for tables that do not name it: it is their run's. */
export const ofEnvironment = (table: 'effects' | 'approvals' | 'handoffs'): string => `AND EXISTS (
    SELECT 1 FROM runs WHERE runs.tenant = :tenant AND runs.run = ${table}.run AND runs.environment = :environment
  )`
