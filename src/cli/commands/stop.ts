import type { StopRow } from '../../ledger/reads.ts'
import type { Call } from '../call.ts'
import { withHouse } from '../open-house.ts'
import { placeOptions } from '../place.ts'
import { sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'

export const stopList = verb({
  name: 'stop list',
  about: 'The stops that are in force.',
  options: placeOptions,
  examples: ['stop list', 'stop list --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant, clock }) => {
      const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
      call.answer(asJson(stops), () => sayStops(call, stops, clock.now()))
      return 0
    }),
})

export const sayScope = ({ scope, value }: Pick<StopRow, 'scope' | 'value'>): string =>
  value === '' ? scope : `${scope}:${value}`

function sayStops({ paint }: Call, stops: readonly StopRow[], now: number): string[] {
  if (stops.length === 0) return ['no stop is in force']
  return table(
    ['SCOPE', 'LEVEL', 'ENVIRONMENT', 'BY', 'SINCE'],
    stops.map((stop) => [
      paint.strong(sayScope(stop)),
      paint.bad(stop.level),
      stop.environment === '' ? 'all' : stop.environment,
      stop.by,
      sayWhen(stop.since, now),
    ]),
  )
}
