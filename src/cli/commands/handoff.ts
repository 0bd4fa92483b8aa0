import { CharterError, nearest } from '../../errors.ts'
import { foldHandoff, humanMinutes } from '../../handoffs/handoff.ts'
import type { HandoffRow } from '../../ledger/reads.ts'
import type { Call } from '../call.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { choice, one, text, withDefault } from '../parameter.ts'
import { contentOf } from '../payload-reading.ts'
import { placeOptions } from '../place.ts'
import { sayTime, sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card, table } from '../table.ts'
import { verb } from '../verb.ts'

const statuses = ['open', 'assigned', 'claimed', 'resolved', 'returned', 'all'] as const

export const handoffList = verb({
  name: 'handoff list',
  about: 'Runs that were given to people, the longest waiting first.',
  options: {
    status: withDefault(choice('--status <status>', 'those that stand so', statuses), 'open' as const),
    run: text('--run <run>', 'those of one run'),
    ...placeOptions,
  },
  examples: ['handoff list', 'handoff list --status resolved --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { run, status } = given
      const found = await findHandoffs(house, run === undefined ? { environment: house.environment } : { run })
      const rows = found.filter((row) => isWanted(row, status))
      call.answer(asJson(rows.map(documentOf)), () =>
        rows.length > 0 ? sayList(call, rows, house.clock.now()) : [noneOf(status, house.environment)],
      )
      return 0
    }),
})

async function findHandoffs(
  { ledger, tenant }: OpenHouse,
  wanted: { readonly run?: string; readonly environment?: string } = {},
): Promise<readonly HandoffRow[]> {
  const { rows } = await ledger.find(tenant, { rows: { read: 'handoffs', ...wanted } })
  return rows.toSorted((a, b) => a.assigned_at - b.assigned_at)
}

const isWanted = ({ status }: HandoffRow, wanted: (typeof statuses)[number]): boolean =>
  wanted === 'all' || status === wanted || (wanted === 'open' && ['assigned', 'claimed'].includes(status))

const documentOf = (row: HandoffRow) => ({ ...row, human_minutes: humanMinutes(row) ?? null })

const noneOf = (status: string, environment: string): string =>
  status === 'open' ? `no run is with people in ${environment}` : `no such handoff in ${environment}`

function sayList({ paint }: Call, rows: readonly HandoffRow[], now: number): string[] {
  return table(
    ['HANDOFF', 'STATUS', 'GROUP', 'WHY', 'SINCE', 'CLAIMED BY', 'RUN'],
    rows.map((row) => [
      row.handoff,
      paintWord(paint, row.status),
      row.group,
      row.reason,
      sayWhen(row.assigned_at, now),
      row.claimed_by ?? '',
      row.run,
    ]),
  )
}

export const handoffShow = verb({
  name: 'handoff show',
  about: 'One handoff: whose it is, why, and what became of it.',
  args: { handoff: one('id of the handoff', 'hand_01J') },
  options: placeOptions,
  examples: ['handoff show hand_01JD3Q6Z8W2M4T7KX9'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const shown = await readHandoff(house, given.handoff)
      call.answer(asJson(shown), () => sayHandoff(call, shown))
      return 0
    }),
})

/** Throws `handoff_not_found` with the nearest id. */
export async function readHandoff(house: OpenHouse, id: string) {
  const { ledger, tenant } = house
  const stream = `handoff/${id}`
  const events = await ledger.read(tenant, stream)
  const rows = await findHandoffs(house)
  const row = rows.find(({ handoff }) => handoff === id)
  if (foldHandoff(events).status === 'none' || !row) throw notFound(id, rows)
  const ending = events.find(({ type }) => type === 'handoff.resolved' || type === 'handoff.returned')
  const outcome = ending && (await contentOf(house, stream, ending, 'outcome'))
  const note = ending && (await contentOf(house, stream, ending, 'note'))
  return { ...documentOf(row), bound: events[0]?.body.bound ?? null, outcome: outcome ?? null, note: note ?? null }
}

function notFound(id: string, rows: readonly HandoffRow[]): CharterError {
  const near = nearest(
    id,
    rows.map(({ handoff }) => handoff),
  )
  return new CharterError('handoff_not_found', `no handoff \`${id}\``, {
    param: 'handoff',
    hint: near === undefined ? 'see them with `charter handoff list`' : `did you mean \`${near}\`?`,
  })
}

export function sayHandoff({ paint }: Call, shown: Awaited<ReturnType<typeof readHandoff>>): string[] {
  const { human_minutes: minutes, outcome, note, bound } = shown
  return [
    ...card([
      ['handoff', paint.strong(shown.handoff)],
      ['status', paintWord(paint, shown.status)],
      ['group', shown.group],
      ['why', bound === null ? shown.reason : `${shown.reason} (${String(bound)})`],
      ['agent', shown.agent],
      ['run', shown.run],
      ['assigned', sayTime(shown.assigned_at)],
      ['claimed by', shown.claimed_by ?? undefined],
      ['closed', shown.settled_at === null ? undefined : sayTime(shown.settled_at)],
      ['minutes', minutes === null ? undefined : minutes.toFixed(1)],
      ['outcome', outcome === null ? undefined : JSON.stringify(outcome)],
      ['note', note === null ? undefined : JSON.stringify(note)],
    ]),
    ...(shown.status === 'assigned' ? ['', `charter handoff claim ${shown.handoff} --as YOU`] : []),
    ...(shown.status === 'claimed'
      ? ['', `charter handoff resolve ${shown.handoff} --as YOU --outcome WHAT`, `charter run show ${shown.run}`]
      : []),
  ]
}
