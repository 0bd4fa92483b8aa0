import { outcomeStream, recordOutcome } from '../../commands/record-outcome.ts'
import { CharterError } from '../../errors.ts'
import { parsePrincipal } from '../../identity/principal.ts'
import type { Json } from '../../json.ts'
import { pageBook } from '../../measures/read-facts.ts'
import { foldOutcome, type Outcome } from '../../outcomes/outcome.ts'
import { readOutcomeEvent } from '../../outcomes/outcome-events.ts'
import { openContent } from '../../traces/read-trace.ts'
import type { Call } from '../call.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { flag, one, several, text } from '../parameter.ts'
import { asOption, groupsOfPerson } from '../people.ts'
import { placeOptions } from '../place.ts'
import { sayTime } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card } from '../table.ts'
import { verb } from '../verb.ts'
import { requireRun } from './run.ts'

const runArgument = one('id of the run', 'run_01J')

export const outcomeRecord = verb({
  name: 'outcome record',
  about: 'Say whether a run reached what it was for, as somebody who looked in the system of record.',
  help: 'What is said last holds, and everything that was said stays. A run of which nobody says anything is unverified, never a success.',
  args: { run: runArgument },
  options: {
    verified: flag('--verified', 'it was reached'),
    failed: flag('--failed', 'it was not'),
    unsafe: several('--unsafe <name>', 'what the page names under `outcome.unsafe` came of it; may be given again'),
    note: text('--note <text>', 'what was seen'),
    as: asOption,
    ...placeOptions,
  },
  examples: ['outcome record run_01JD3Q6Z8W2M4T7KX9 --verified --as ada@acme.example --note "settled on 21 November"'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { run, verified, failed, unsafe, note, as: by } = given
      if (verified === failed) {
        throw new CharterError('usage', 'say `--verified` or `--failed`', {
          param: '--verified',
          hint: `${call.typed} --verified`,
        })
      }
      requireWitness(house, by)
      const known = await unsafeOutcomes(house, run)
      const outcome = await recordOutcome(house, { run, reached: verified, by, unsafe, known, note })
      answer(call, run, outcome)
      return 0
    }),
})

export const outcomeShow = verb({
  name: 'outcome show',
  about: 'Whether a run reached what it was for, and who says so.',
  args: { run: runArgument },
  options: placeOptions,
  examples: ['outcome show run_01JD3Q6Z8W2M4T7KX9'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      await requireRun(house, given.run)
      const stream = outcomeStream(given.run)
      const events = await house.ledger.read(house.tenant, stream)
      const outcome = foldOutcome(events.map(readOutcomeEvent))
      const { note } = outcome.recorded ?? {}
      const opened = note ? (await openContent(house, stream, [note])).get(note.n) : undefined
      answer(call, given.run, outcome, { at: events.at(-1)?.at, note: opened })
      return 0
    }),
})

/** Who stands in the group file, and is no agent: none says of its own work that it is good. Throws `approver_not_allowed`. */
function requireWitness(house: OpenHouse, by: string): void {
  const { kind } = parsePrincipal(by, '--as')
  groupsOfPerson(house, by)
  if (kind === 'person' || kind === 'service') return
  throw new CharterError('approver_not_allowed', `\`${by}\` is neither a person nor a service`, {
    param: '--as',
    hint: 'an outcome is recorded by somebody who looked',
  })
}

async function unsafeOutcomes(house: OpenHouse, run: string): Promise<readonly string[]> {
  const { row } = await house.ledger.find(house.tenant, { row: { read: 'run', run } })
  const page = row && (await pageBook(house)(row.agent, row.charter))
  return page?.outcome?.unsafe ?? []
}

export interface Beside {
  /** Milliseconds since 1970. */
  readonly at?: number | undefined
  readonly note?: Json | undefined
}

export function answer(call: Call, run: string, { status, unsafe, recorded }: Outcome, beside: Beside = {}): void {
  const { at, note } = beside
  const said = status === 'none' ? 'unverified' : status
  const { by = null, tool = null, seen_in: seenIn = null } = recorded ?? {}
  call.answer(asJson({ run, outcome: said, by, tool, seen_in: seenIn, unsafe, ...beside }), () =>
    card([
      ['run', run],
      ['outcome', paintWord(call.paint, said)],
      ['by', by ?? undefined],
      ['at', at === undefined ? undefined : sayTime(at)],
      ['note', note === undefined ? undefined : String(note)],
      ['seen with', tool === null ? undefined : `${tool} in ${seenIn}`],
      ['unsafe', unsafe.join(', ')],
    ]),
  )
}
