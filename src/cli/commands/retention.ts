import { CharterError } from '../../errors.ts'
import { retentionClasses } from '../../retention/retention-class.ts'
import { type RetentionReport, runRetention } from '../../retention/run-retention.ts'
import { type Call, requireYes } from '../call.ts'
import { withHouse } from '../open-house.ts'
import { choice, flag, text } from '../parameter.ts'
import { asUnlessDryOption, personNamed, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'

export const retentionRun = verb({
  name: 'retention run',
  about: 'Erase what is no longer to be kept: the keys, and the content that they sealed.',
  help: [
    'What is due is content of ended runs whose page says that its time is over (`store_prompts`,',
    '`store_tool_metadata`). With --before it is content of runs that had ended before then, whatever their page says.',
    'What is under legal hold or pinned by an incident stays. No event is touched: what was done stands in the ledger as before.',
  ].join('\n'),
  options: {
    dryRun: flag('--dry-run', 'say what would be erased, and erase nothing'),
    class: choice('--class <class>', 'content of one class alone', retentionClasses),
    before: text('--before <time>', 'content of runs that had ended before then, such as 2026-05-01'),
    as: asUnlessDryOption,
    yes: yesOption,
    ...placeOptions,
  },
  examples: [
    'retention run --dry-run',
    'retention run --as dana@acme.example --yes',
    'retention run --class prompt --before 2026-05-01 --as dana@acme.example --yes',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { dryRun, class: ofClass } = given
      const by = dryRun && given.as === undefined ? looker : personNamed(call, house, given.as)
      const before = timeOf(given.before)
      if (!dryRun) await requireYes(call, given.yes, 'erase for good what is due?')
      const { interrupted: signal } = call.terminal
      const report = await runRetention(house, { by, dryRun, class: ofClass, before, signal })
      call.answer(asJson({ ...report, dry_run: dryRun }), () => sayReport(call, report, dryRun))
      return 0
    }),
})

/** Nothing is written under it. */
const looker = 'service:retention'

/** Milliseconds since 1970. */
function timeOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const ms = Date.parse(given)
  if (Number.isFinite(ms)) return ms
  throw new CharterError('usage', `\`${given}\` is not a time such as 2026-05-01 or 2026-05-01T12:00:00Z`, {
    param: '--before',
  })
}

function sayReport({ paint }: Call, report: RetentionReport, dryRun: boolean): string[] {
  const { classes, streams, keys, deletion, held, unsettled } = report
  const rows = Object.entries(classes).map(([name, count]) => [name, String(count)])
  const what = dryRun ? 'would be erased' : 'erased'
  return [
    ...(rows.length > 0 ? table(['CLASS', 'PAYLOADS'], rows) : ['nothing is due']),
    ...(rows.length > 0 ? [`${what} in ${streams} stream${streams === 1 ? '' : 's'}${saidKeys(keys, dryRun)}`] : []),
    ...(deletion === null ? [] : [`proof: charter ledger show retention/${deletion}`]),
    ...held.map(({ stream, hold }) => `${paint.warn('held')}: ${stream} by ${hold}`),
    ...unsettled.map((run) => `${paint.warn('kept')}: ${run} has a write whose outcome is not known yet`),
    ...sayScrubbed(report),
  ]
}

const saidKeys = (keys: number, dryRun: boolean): string => (dryRun ? '' : `, with ${keys} key${keys === 1 ? '' : 's'}`)

/** Nobody is told that bytes are gone which are not. */
export const sayScrubbed = ({ scrubbed }: { readonly scrubbed: boolean }): string[] =>
  scrubbed
    ? []
    : ['the keys are gone; the sealed bytes lie in the log of the database until what is reading it has ended']
