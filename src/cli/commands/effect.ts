import { settleEffect } from '../../commands/settle-effect.ts'
import { CharterError } from '../../errors.ts'
import type { EffectRow } from '../../ledger/reads.ts'
import { type Call, requireYes } from '../call.ts'
import { answerNewest, beforeOption, mostOption } from '../older.ts'
import { withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { choice, needed, one, withDefault } from '../parameter.ts'
import { asOption, groupsOfPerson, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { sayTime, sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card, table } from '../table.ts'
import { verb } from '../verb.ts'

const standings = ['open', 'dispatched', 'unknown', 'committed', 'not_committed', 'all'] as const

export const effectList = verb({
  name: 'effect list',
  about: 'Writes of which nobody can tell yet whether they happened, the newest first: under way, or unknown.',
  options: {
    status: withDefault(choice('--status <status>', 'those that stand so', standings), 'open' as const),
    most: mostOption,
    before: beforeOption('effect'),
    ...placeOptions,
  },
  examples: ['effect list', 'effect list --status unknown', 'effect list --status all --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant, environment, clock }) => {
      const { status, most, before } = given
      const wanted = {
        read: 'effects',
        environment,
        most: most + 1,
        ...(status !== 'all' && { status }),
        ...(before !== undefined && { before }),
      } as const
      const { effects } = await ledger.find(tenant, { effects: wanted })
      answerNewest(call, effects, most, {
        document: asJson,
        lines: (rows) => (rows.length > 0 ? sayList(call, rows, clock.now()) : [noneOf(status, environment)]),
        id: ({ effect }) => effect,
      })
      return 0
    }),
})

const noneOf = (status: string, environment: string): string =>
  status === 'open' ? `no effect is open in ${environment}` : `no such effect in ${environment}`

function sayList({ paint }: Call, effects: readonly EffectRow[], now: number): string[] {
  return table(
    ['EFFECT', 'STATUS', 'TOOL', 'ATTEMPT', 'SENT', 'LOOKED FOR', 'KEY'],
    effects.map(({ effect, status, tool, attempt, dispatched_at: sentAt, look_at: lookAt, key }) => [
      effect,
      paintWord(paint, status),
      tool,
      String(attempt),
      sayWhen(sentAt, now),
      lookAt === null ? '' : sayLook(lookAt, now),
      key,
    ]),
  )
}

/** By an engine: where none runs, the time goes by. */
const sayLook = (at: number, now: number): string => (at > now ? sayWhen(at, now) : 'now, by an engine')

export const effectSettle = verb({
  name: 'effect settle',
  about: 'Say what became of a write that nobody else can tell: look it up at the vendor first, by its key.',
  args: { effect: one('id of the effect', 'run_01J:2.1') },
  options: {
    outcome: needed(choice('--outcome <outcome>', 'what you found', ['committed', 'not_committed']), 'committed'),
    as: asOption,
    yes: yesOption,
    ...placeOptions,
  },
  examples: ['effect settle run_01JD3Q6Z8W2M4T7KX9:2.1 --outcome committed --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { effect, outcome } = given
      const { known } = await house.ledger.find(house.tenant, { known: { read: 'effect', effect } })
      if (!known) {
        throw new CharterError('effect_not_found', `no effect \`${effect}\``, {
          param: 'effect',
          hint: 'list the open ones with `charter effect list`',
        })
      }
      await requireYes(call, given.yes, `settle ${known.tool} with key ${known.key} as ${outcome}?`)
      const settled = await settleEffect(house, { effect, outcome, by: given.as })
      call.answer(asJson(settled), () => sayEffect(call, settled))
      return 0
    }),
})

const sayEffect = ({ paint }: Call, row: EffectRow): string[] =>
  card([
    ['effect', paint.strong(row.effect)],
    ['status', paintWord(paint, row.status)],
    ['tool', row.tool],
    ['run', row.run],
    ['key', row.key],
    ['sent', sayTime(row.dispatched_at)],
    ['settled', row.settled_at === null ? undefined : sayTime(row.settled_at)],
  ])
