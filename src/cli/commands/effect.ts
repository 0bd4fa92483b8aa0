import { settleEffect } from '../../commands/settle-effect.ts'
import { CharterError } from '../../errors.ts'
import type { EffectRow } from '../../ledger/reads.ts'
import { type Call, requireYes } from '../call.ts'
import { everyRun } from '../every-run.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { choice, flag, needed, one } from '../parameter.ts'
import { asOption, groupsOfPerson, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { progressOf } from '../progress.ts'
import { sayTime, sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card, table } from '../table.ts'
import { verb } from '../verb.ts'

export const effectList = verb({
  name: 'effect list',
  about: 'Writes of which nobody can tell yet whether they happened: under way, or unknown.',
  options: { all: flag('--all', 'settled ones too'), ...placeOptions },
  examples: ['effect list', 'effect list --all --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const effects = await findEffects(call, house, given.all)
      call.answer(asJson(effects), () => sayList(call, effects, house.clock.now()))
      return 0
    }),
})

/** By run: the ledger keeps effects by subject and by key, for those who dispatch, and not as a list. */
async function findEffects(call: Call, house: OpenHouse, all: boolean): Promise<readonly EffectRow[]> {
  const { ledger, tenant } = house
  const progress = progressOf(call, 'runs looked at')
  const found: EffectRow[] = []
  let seen = 0
  for await (const row of everyRun(house)) {
    progress.at(++seen)
    if (row.effects === 0) continue
    const events = await ledger.read(tenant, `run/${row.run}`)
    const sent = events.flatMap(({ type, body }) => (type === 'effect.dispatched' ? [String(body.effect)] : []))
    for (const effect of new Set(sent)) {
      const { known } = await ledger.find(tenant, { known: { read: 'effect', effect } })
      if (known && (all || ['dispatched', 'unknown'].includes(known.status))) found.push(known)
    }
  }
  progress.end()
  return found
}

function sayList({ paint }: Call, effects: readonly EffectRow[], now: number): string[] {
  if (effects.length === 0) return ['no effect is open']
  return table(
    ['EFFECT', 'STATUS', 'TOOL', 'ATTEMPT', 'SENT', 'KEY'],
    effects.map(({ effect, status, tool, attempt, dispatched_at: sentAt, key }) => [
      effect,
      paintWord(paint, status),
      tool,
      String(attempt),
      sayWhen(sentAt, now),
      key,
    ]),
  )
}

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
