import { isCharterError } from '../../errors.ts'
import {
  carryOut,
  leaveToEngine,
  orderErasure,
  planErasure,
  type SubjectPlan,
  type SubjectReport,
} from '../../retention/erase-subject.ts'
import { carriedOut, type Order, subjectStream } from '../../retention/erasure-order.ts'
import { parseSubject } from '../../retention/hold.ts'
import { type Call, requireYes } from '../call.ts'
import { noteUnknownKind } from '../known-names.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { flag, one, text } from '../parameter.ts'
import { asUnlessDryOption, personNamed, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { sayScrubbed } from './retention.ts'

export const retentionErase = verb({
  name: 'retention erase',
  about: 'Erase what is known of a person or a thing: the content of every run that touched it.',
  help: [
    'Runs of it that are open are ended first, and writes of unknown outcome are named, for people to settle.',
    'Exits with 6 where something of it is under legal hold, or pinned by an incident, and stays.',
  ].join('\n'),
  args: { subject: one('kind and id, as the tools name it', 'customer:c_17') },
  options: {
    dryRun: flag('--dry-run', 'say which runs it is about, and erase nothing'),
    reason: text('--reason <text>', 'why; it is kept, so it should name nobody'),
    as: asUnlessDryOption,
    yes: yesOption,
    ...placeOptions,
  },
  examples: [
    'retention erase customer:c_17 --dry-run',
    'retention erase customer:c_17 --reason "request 2026-114" --as dana@acme.example --yes',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { kind, id } = parseSubject(given.subject)
      if (given.as !== undefined) personNamed(call, house, given.as)
      if (given.dryRun) {
        const plan = await planErasure(house, { kind, id })
        if (plan.runs.length === 0) await noteUnknownKind(call, house, kind)
        call.answer(asJson({ ...plan, dry_run: true }), () => sayPlan(call, plan))
        return 0
      }
      const by = personNamed(call, house, given.as)
      await requireYes(call, given.yes, `erase for good what is known of ${given.subject}?`)
      const order = await orderErasure(house, { kind, id, by, reason: given.reason })
      const report = await carryOut(house, order).catch((error) => byTheEngine(call, house, order, error))
      if (report.runs === 0) await noteUnknownKind(call, house, kind)
      call.answer(asJson(report), () => sayReport(call, report))
      return report.held.length > 0 ? 6 : 0
    }),
})

const patienceMs = 60_000
const lookEveryMs = 200

/** A ledger in a file has one engine, and it alone can end runs: it is told to, and waited for. */
async function byTheEngine(call: Call, house: OpenHouse, order: Order, error: unknown): Promise<SubjectReport> {
  if (!isCharterError(error) || error.code !== 'ledger_locked') throw error
  await leaveToEngine(house, order)
  call.note('the engine of this ledger ends the runs that are open, and erases them')
  const { clock } = call.terminal
  for (const began = clock.monotonic(); clock.monotonic() - began < patienceMs; await clock.wait(lookEveryMs)) {
    const done = carriedOut(await house.ledger.read(house.tenant, subjectStream), order.deletion)
    if (done) return { ...done, scrubbed: true }
  }
  throw error
}

function sayPlan({ paint }: Call, { runs }: SubjectPlan): string[] {
  if (runs.length === 0) return ['no run touched it']
  return runs.map(({ run, open, hold }) => {
    if (hold !== null) return `${paint.warn('held')}: ${run} by ${hold}`
    return `${run} would be erased${open ? ', and ended first: it is open' : ''}`
  })
}

function sayReport({ paint }: Call, report: SubjectReport): string[] {
  const { runs, payloads, keys, ended, open_effects: effects, held } = report
  return [
    `erased: ${payloads} payloads of ${runs} run${runs === 1 ? '' : 's'}, with ${keys} keys`,
    ...ended.map((run) => `ended first: ${run}`),
    ...effects.map(({ effect, tool }) => `${paint.warn('unknown')}: ${effect} of ${tool}; charter effect settle`),
    ...held.map((run) => `${paint.warn('held')}, not erased: ${run}`),
    ...sayScrubbed(report),
  ]
}
