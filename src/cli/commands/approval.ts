import { foldApproval } from '../../approvals/approval.ts'
import { CharterError, nearest } from '../../errors.ts'
import { type Json, partOf } from '../../json.ts'
import type { LedgerEvent } from '../../ledger/event.ts'
import type { ApprovalRow } from '../../ledger/reads.ts'
import { plainly, sayArguments, sayIntent, saySubjects, sayValue } from '../../traces/say.ts'
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

const statuses = ['pending', 'granted', 'denied', 'edited', 'expired', 'cancelled', 'superseded', 'all'] as const

export const approvalList = verb({
  name: 'approval list',
  about: 'Questions that wait for people, the one that expires first at the top.',
  options: {
    status: withDefault(choice('--status <status>', 'those that stand so', statuses), 'pending' as const),
    run: text('--run <run>', 'those of one run'),
    ...placeOptions,
  },
  examples: ['approval list', 'approval list --status granted --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant, environment, clock }) => {
      const { status, run } = given
      const wanted = { ...(status !== 'all' && { status }), ...(run === undefined ? { environment } : { run }) }
      const { rows } = await ledger.find(tenant, { rows: { read: 'approvals', ...wanted } })
      const sorted = rows.toSorted((a, b) => a.expires_at - b.expires_at)
      call.answer(asJson(sorted.map(documentOf)), () =>
        sorted.length > 0 ? sayList(call, sorted, clock.now()) : [noneOf(status, environment)],
      )
      return 0
    }),
})

const documentOf = ({ steps, ...row }: ApprovalRow) => ({ ...row, steps: JSON.parse(steps) as Json })

const stepsOf = ({ steps }: ApprovalRow): string =>
  (JSON.parse(steps) as { from: string; count: number }[]).map(({ from, count }) => `${count} of ${from}`).join(', ')

const noneOf = (status: string, environment: string): string =>
  status === 'pending' ? `nothing waits for people in ${environment}` : `no such approval in ${environment}`

function sayList({ paint }: Call, rows: readonly ApprovalRow[], now: number): string[] {
  return table(
    ['APPROVAL', 'STATUS', 'TOOL', 'ASKED OF', 'EXPIRES', 'RUN'],
    rows.map((row) => [
      row.approval,
      paintWord(paint, row.status),
      row.tool,
      stepsOf(row),
      row.settled_at === null ? sayWhen(row.expires_at, now) : `ended ${sayWhen(row.settled_at, now)}`,
      row.run,
    ]),
  )
}

export const approvalShow = verb({
  name: 'approval show',
  about: 'One question: what exactly is asked, on which facts, who has signed, and how to answer.',
  args: { approval: one('id of the approval', 'apr_01J') },
  options: placeOptions,
  examples: ['approval show apr_01JD3Q6Z8W2M4T7KX9'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const shown = await readApproval(house, given.approval)
      call.answer(asJson(shown), () => sayApproval(call, shown, house.clock.now()))
      return 0
    }),
})

export interface ShownApproval {
  readonly approval: string
  readonly status: string
  readonly run: string
  readonly agent: string
  readonly tool: string
  readonly risk: string
  readonly digest: string
  readonly steps: readonly { readonly from: string; readonly count: number }[]
  readonly signatures: readonly { readonly by: string; readonly group: string }[]
  readonly requester: string | null
  readonly expires_at: number
  readonly supersedes: string | null
  readonly consumed_by: string | null
  /** Nothing while it waits, and where signatures alone ended it. */
  readonly ended: ShownEnding | null
  /** What was put to people: tool, arguments, facts, subjects, preview, intent, rules; null where it is no longer kept. */
  readonly question: Json
}

interface ShownEnding {
  readonly at: number
  /** Who denied or edited it. */
  readonly by: string | null
  /** Why it was cancelled or superseded. */
  readonly code: string | null
  readonly reason: Json
  /** What its editor put in the place of the arguments. */
  readonly arguments: Json
}

/** Throws `approval_not_found` with the nearest id that waits. */
export async function readApproval(house: OpenHouse, id: string): Promise<ShownApproval> {
  const { ledger, tenant } = house
  const stream = `approval/${id}`
  const events = await ledger.read(tenant, stream)
  const [requested] = events
  const approval = foldApproval(events)
  if (approval.status === 'none' || !requested) throw await notFound(house, id)
  const { asked, signatures, effect } = approval
  return {
    approval: id,
    status: approval.status,
    run: asked.run,
    agent: asked.agent,
    tool: asked.tool,
    risk: asked.risk,
    digest: asked.digest,
    steps: asked.steps,
    signatures,
    requester: asked.requester ?? null,
    expires_at: asked.expires_at,
    supersedes: asked.supersedes ?? null,
    consumed_by: effect ?? null,
    ended: await endingOf(house, stream, events),
    question: (await contentOf(house, stream, requested, 'question')) ?? null,
  }
}

const endings = ['denied', 'edited', 'expired', 'cancelled', 'superseded'].map((ending) => `approval.${ending}`)

async function endingOf(house: OpenHouse, stream: string, events: readonly LedgerEvent[]): Promise<ShownEnding | null> {
  const ending = events.find(({ type }) => endings.includes(type))
  if (!ending) return null
  const { at, body } = ending
  return {
    at,
    by: typeof body.by === 'string' ? body.by : null,
    code: typeof body.code === 'string' ? body.code : null,
    reason: (await contentOf(house, stream, ending, 'reason')) ?? null,
    arguments: (await contentOf(house, stream, ending, 'arguments')) ?? null,
  }
}

async function notFound({ ledger, tenant }: OpenHouse, id: string): Promise<CharterError> {
  const { rows } = await ledger.find(tenant, { rows: { read: 'approvals', status: 'pending' } })
  const near = nearest(
    id,
    rows.map(({ approval }) => approval),
  )
  return new CharterError('approval_not_found', `no approval \`${id}\``, {
    param: 'approval',
    hint: near === undefined ? 'see those that wait with `charter approval list`' : `did you mean \`${near}\`?`,
  })
}

export function sayApproval({ paint }: Call, shown: ShownApproval, now: number): string[] {
  const question = shown.question as { [part: string]: Json } | null
  const waits = shown.status === 'pending'
  return [
    ...card([
      ['approval', paint.strong(shown.approval)],
      ['status', paintWord(paint, shown.status)],
      ['tool', `${shown.tool} (${shown.risk} risk)`],
      ['agent', shown.agent],
      ['for', shown.requester ?? undefined],
      ['run', shown.run],
      ['expires', waits ? `${sayTime(shown.expires_at)}, ${sayWhen(shown.expires_at, now)}` : undefined],
      ['asked of', shown.steps.map(({ from, count }) => `${count} of ${from}`).join(', ')],
      ['signed by', shown.signatures.map(({ by, group }) => `${by} (${group})`).join(', ')],
      ['ended', shown.ended ? sayEnding(shown.ended) : undefined],
      ['digest', shown.digest],
      ['used by', shown.consumed_by ?? undefined],
    ]),
    '',
    ...sayQuestion(question),
    ...(waits
      ? [
          '',
          `charter approval grant ${shown.approval} --as YOU --yes`,
          `charter approval deny ${shown.approval} --as YOU --reason WHY`,
        ]
      : []),
  ]
}

function sayEnding({ at, by, code, reason, arguments: edited }: ShownEnding): string {
  const who = by === null ? '' : ` by ${by}`
  const why = code === null ? '' : ` (${code})`
  const words = reason === null ? '' : `: ${sayValue(reason)}`
  const instead = edited === null ? '' : `, who wrote ${sayArguments(edited, 400)}`
  return `${sayTime(at)}${who}${why}${words}${instead}`
}

function sayQuestion(question: { [part: string]: Json } | null): string[] {
  if (!question) return ['what was asked is no longer kept; its digest remains']
  const parts = ['arguments', 'facts', 'preview', 'intent', 'rules', 'subjects']
  return card(
    parts.flatMap((part) => {
      const value = question[part]
      return value === undefined || value === null ? [] : [[part, sayPart(part, value)] as const]
    }),
  )
}

function sayPart(part: string, value: Json): string {
  switch (part) {
    case 'intent':
      return sayIntent(value)
    case 'subjects':
      return saySubjects(value)
    case 'preview':
      return sayPreview(value)
    default:
      return Array.isArray(value) ? value.map(sayValue).join(', ') : sayArguments(value, 400)
  }
}

function sayPreview(preview: Json): string {
  const says = partOf(preview, 'says')
  const fields = sayArguments(partOf(preview, 'fields'), 400)
  return [typeof says === 'string' ? plainly(says) : '', fields].filter((part) => part !== '').join('; ')
}
