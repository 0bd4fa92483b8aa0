/** What was stopped and how fast, what was done to the world, and what of it nobody knows yet. */
import { sayCost } from '../traces/say.ts'
import type { Impact, ImpactSum, WriteDone } from './impact.ts'
import type { IncidentStory, StopTold } from './read-incident.ts'
import { items, sayMoney, saySpan, scopeOf, time } from './say-incident.ts'

export function howItWasStopped({ row, opened, stopped, traces }: IncidentStory, { writes }: Impact): string[] {
  const first = writes.find(({ run }) => run === row.run) ?? writes[0]
  const began = traces.find(({ run }) => run === row.run)?.startedAt
  const { raisedAt, quietAt, liftedAt, level } = stopped
  const since = (from: number | undefined) =>
    raisedAt === undefined || from === undefined ? undefined : raisedAt - from
  return [
    '## What was stopped, and how fast',
    '',
    ...items([
      ['Stop', `${scopeOf(opened)} at ${level}`],
      ['Raised', raisedAt === undefined ? 'never' : time(raisedAt)],
      ['After the run began', saySpan(since(began))],
      ['After its first write', saySpan(since(first?.at))],
      ['Quiet', sayQuiet(stopped)],
      ['Lifted', liftedAt === undefined ? 'not yet' : time(liftedAt)],
      ['Sent within its scope while it was in force', String(stopped.sentUnderIt)],
    ]),
    ...(quietAt === undefined
      ? ['', 'It is not quiet yet: something that was sent before may still be carried out.']
      : []),
  ]
}

const sayQuiet = ({ raisedAt, quietAt, finished, givenUp }: StopTold): string =>
  quietAt === undefined || raisedAt === undefined
    ? 'not yet'
    : `${saySpan(quietAt - raisedAt)} later: ${finished} finished, ${givenUp} past their time to settle`

export function sayImpact({ writes, sums, subjects, modelMicroUsd }: Impact): string[] {
  const touched = Object.entries(subjects).map(([kind, count]) => `${count} ${kind}`)
  const doubled = writes.filter((write) => write.doubled)
  return [
    '## Impact',
    '',
    ...(sums.length === 0 ? ['Nothing was sent to any system.'] : impactTable(sums)),
    '',
    ...items([
      ['Touched by what was sent', touched.length === 0 ? 'nothing' : touched.join(', ')],
      [
        'In the world twice',
        doubled.length === 0 ? 'nothing' : doubled.map(({ effect }) => `\`${effect}\``).join(', '),
      ],
      ['Model cost of these runs', sayCost(modelMicroUsd)],
    ]),
    '',
    '(Who was affected, and what it was like for them.)',
  ]
}

const impactTable = (sums: readonly ImpactSum[]): string[] => [
  '| write | became | how many | money |',
  '|---|---|---|---|',
  ...sums.map(
    ({ tool, status, count, money }) => `| ${tool} | ${status} | ${count} | ${sayMoney(money) || 'none named'} |`,
  ),
]

export function openEffects({ writes }: Impact): string[] {
  const open = writes.filter(({ status }) => status === 'unknown' || status === 'dispatched')
  if (open.length === 0) return ['## Open effects', '', 'None: of every write it is known what became of it.']
  return [
    '## Open effects',
    '',
    'Nobody knows yet whether these happened. Look each up at the vendor by its key, then settle it.',
    '',
    '| effect | tool | money | key |',
    '|---|---|---|---|',
    ...open.map((write) => `| \`${write.effect}\` | ${write.tool} | ${sayMoneyOf(write)} | \`${write.key}\` |`),
    '',
    '```sh',
    ...open.map(
      ({ effect }) => `charter effect settle ${effect} --outcome committed --as YOU --yes    # or not_committed`,
    ),
    '```',
  ]
}

const sayMoneyOf = ({ money, isErased }: WriteDone): string =>
  isErased ? 'deleted' : money === undefined ? '' : sayMoney({ [money.currency]: money.minor })
