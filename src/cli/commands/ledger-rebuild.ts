import { projections } from '../../create-runtime.ts'
import { errorCodes } from '../../errors.ts'
import type { ProjectionRows } from '../../ledger/projection-rows.ts'
import { type RebuiltTable, rebuildProjections } from '../../ledger/rebuild.ts'
import type { Call } from '../call.ts'
import { withHouse } from '../open-house.ts'
import { flag } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { type Progress, progressOf } from '../progress.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'

export const ledgerRebuild = verb({
  name: 'ledger rebuild',
  about: 'Make every list again from the events alone, and compare: they must be the same.',
  help: 'Engines may go on meanwhile. Exits with 6 when a row differs, unless --repair put it right.',
  options: { repair: flag('--repair', 'put the rows that differ right'), ...placeOptions },
  examples: ['ledger rebuild', 'ledger rebuild --repair --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger }) => {
      const progress = progressOf(call, 'events read again')
      const rows = counted(ledger.rows, progress)
      const tables = await rebuildProjections({ rows }, projections, { repair: given.repair }).finally(progress.end)
      const same = tables.every((rebuilt) => rebuilt.same)
      call.answer(asJson({ same, repaired: given.repair && !same, tables }), () =>
        sayTables(call, tables, given.repair),
      )
      return same || given.repair ? 0 : errorCodes.projection_differs.exit
    }),
})

function counted(rows: ProjectionRows, progress: Progress): ProjectionRows {
  let seen = 0
  return {
    events: async (after, most) => {
      const events = await rows.events(after, most)
      seen += events.length
      progress.at(seen)
      return events
    },
    look: (wanted) => rows.look(wanted),
    mend: (through, mending) => rows.mend(through, mending),
  }
}

function sayTables({ paint }: Call, tables: readonly RebuiltTable[], repair: boolean): string[] {
  const lines = table(
    ['TABLE', 'ROWS', 'SAME'],
    tables.map(({ table: name, rows, same, differing }) => [
      name,
      String(rows),
      same ? paint.good('same') : paint.bad(`${differing} ${differing === 1 ? 'row differs' : 'rows differ'}`),
    ]),
  )
  const named = tables.flatMap(({ table: name, differences }) =>
    differences.map(({ key, found, expected }) => {
      const instead = expected === null ? 'there should be none' : `the events say ${JSON.stringify(expected)}`
      return `${name} ${JSON.stringify(key)}: ${found === null ? 'it is missing' : JSON.stringify(found)}, ${instead}`
    }),
  )
  const same = tables.every((rebuilt) => rebuilt.same)
  const verdict = same
    ? paint.good('every list is what the events say')
    : paint.bad(repair ? 'put right' : 'not the same: charter ledger rebuild --repair')
  return [...lines, '', ...named, verdict]
}
