import { workHandoff } from '../../commands/work-handoff.ts'
import { CharterError } from '../../errors.ts'
import { withHouse } from '../open-house.ts'
import { one } from '../parameter.ts'
import { asOption, groupsIfAny } from '../people.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { readHandoff, sayHandoff } from './handoff.ts'

export const runAnswer = verb({
  name: 'run answer',
  about: 'Answer a run that asks the person for whom it acts; it goes on with what you say.',
  args: { run: one('id of the run', 'run_01J'), text: one('what you tell it', '"the invoice is in_93K2"') },
  options: { as: asOption, ...placeOptions },
  examples: ['run answer run_01JD3Q6Z8W2M4T7KX9 "the invoice is in_93K2" --as ada@acme.example'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { run, as: by, text: note } = given
      const { row } = await house.ledger.find(house.tenant, { row: { read: 'run', run } })
      if (!row) {
        throw new CharterError('run_not_found', `no run \`${run}\``, {
          param: 'run',
          hint: 'list the runs with `charter run list`',
        })
      }
      const isAsking = row.awaits === 'requester' || row.awaits === 'handoff'
      if (!isAsking || row.awaited === null) {
        const waits =
          row.awaits === null ? `it is ${row.status}` : `it waits for ${row.awaits} ${row.awaited ?? ''}`.trim()
        throw new CharterError('handoff_not_found', `run \`${run}\` asks nobody: ${waits}`, { param: 'run' })
      }
      const handoff = row.awaited
      const { group, status } = await readHandoff(house, handoff)
      const groups = groupsIfAny(house, by, group === by)
      if (status === 'assigned') await workHandoff(house, { type: 'claim', handoff, by, groups })
      await workHandoff(house, { type: 'return', handoff, by, note })
      const now = await readHandoff(house, handoff)
      call.answer(asJson(now), () => sayHandoff(call, now))
      return 0
    }),
})
