import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Committed, type StopWanted, waitForQuiet } from '../../commands/raise-stop.ts'
import { CharterError } from '../../errors.ts'
import { type Collected, collectIncident } from '../../incidents/collect.ts'
import { openIncident, recordCollected, requireOpen } from '../../incidents/open-incident.ts'
import { readIncident } from '../../incidents/read-incident.ts'
import { parseScope, stopLevels } from '../../stops/stop.ts'
import { rulesOfRun } from '../../traces/rules-of-run.ts'
import { counted } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { noteUnknownScope } from '../known-names.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { choice, flag, one, span, text, unless, whole, withDefault } from '../parameter.ts'
import { asOption, groupsOfPerson, reasonOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { saySpan } from '../say-time.ts'
import { verb } from '../verb.ts'
import { sayScope } from './stop.ts'

const usualAroundMs = 3_600_000

const outOption = text('--out <folder>', 'where the files go, a new folder; incidents/ID unless named')
const accountsOption = flag(
  '--with-accounts',
  'add story and capsule of every run, with what it read and wrote in clear: keep that folder safe',
)

export const incidentOpen = verb({
  name: 'incident open',
  about: 'Stop a scope, keep its runs from being deleted, and put together what happened.',
  help: [
    'The scope is stopped before anything else is done, and stays stopped until `stop off`. Then every run of it that was',
    'at work from an hour before this one is pinned, and a folder is written: the draft of a postmortem, the timeline, and',
    'a signed export of those runs with the key to check it, and a capsule of this one. The files hold no content in clear',
    'unless --with-accounts.',
  ].join('\n'),
  args: { run: one('id of the run that shows it', 'run_01J') },
  options: {
    scope: text(
      '--scope <scope>',
      "everything, tenant, agent:NAME, tool:NAME or risk:LEVEL; the run's agent unless named",
    ),
    level: withDefault(
      choice('--level <level>', 'draft: every write asks; observe: no writes; abort: runs end', stopLevels),
      'observe' as const,
    ),
    reason: reasonOption,
    as: asOption,
    around: span('--around <time>', 'runs at work so long before this one began belong to it (default: 1h)'),
    most: withDefault(whole('--most <number>', 'so many runs at most'), 500),
    out: outOption,
    accounts: accountsOption,
    wait: unless('--no-wait', 'do not wait until what was sent before has ended'),
    ...placeOptions,
  },
  examples: [
    'incident open run_01JD3Q6Z8W2M4T7KX9 --reason "refunded twice" --as ada@acme.example',
    'incident open run_01JD3Q6Z8W2M4T7KX9 --scope tool:request_refund --level abort --reason "214" --as ada@acme.example',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { run, level, reason, around = usualAroundMs, most } = given
      const scope = given.scope === undefined ? undefined : parseScope(given.scope)
      const opened = await openIncident(
        house,
        { run, scope, level, reason, by: given.as, aroundMs: around, mostRuns: most },
        (stop, committed) => call.begin(sayStopped(call, stop, committed)),
      )
      const { incident, wanted, committed, pinned } = opened
      await noteUnknownScope(call, house, wanted.scope, wanted.value)
      if (given.wait) await quietOf(call, house, wanted, committed)
      call.begin(`pinned     ${counted(pinned.runs.length, 'run')}${pinned.isCut ? ', and there are more' : ''}`)
      const folder = given.out ?? path.join('incidents', incident)
      const collected = await collect(call, house, {
        incident,
        folder,
        isCut: pinned.isCut,
        by: given.as,
        accounts: given.accounts,
      })
      call.answer(
        {
          incident,
          run,
          stop: committed.stop,
          scope: wanted.scope,
          value: wanted.value,
          level,
          committed_ms: committed.committedMs,
          runs: pinned.runs.map((row) => row.run),
          is_cut: pinned.isCut,
          folder,
          files: collected.files.map(({ name }) => name),
          evidence: collected.evidence,
        },
        () => sayCollected(call, incident, folder, collected, sayScope(wanted)),
      )
      return 0
    }),
})

const sayStopped = ({ paint }: Call, stop: StopWanted, { committedMs }: Committed): string =>
  `${paint.strong('stopped')}    ${sayScope(stop)} at ${stop.level}, committed in ${saySpan(committedMs)}`

async function quietOf(call: Call, house: OpenHouse, stop: StopWanted, committed: Committed): Promise<void> {
  if (committed.inFlight.length > 0) call.note('waiting for what was sent before (Ctrl-C leaves the stop in force)')
  const { waitedMs, finished, givenUp } = await waitForQuiet(house, stop, committed, call.terminal.interrupted)
  call.begin(`quiet      after ${saySpan(waitedMs)}: ${finished} finished, ${givenUp} past their time to settle`)
}

export const incidentCollect = verb({
  name: 'incident collect',
  about: 'Put together again what happened: with what came since, and what was settled meanwhile.',
  args: { incident: one('id of the incident', 'inc_01J') },
  options: { as: asOption, out: outOption, accounts: accountsOption, ...placeOptions },
  examples: ['incident collect inc_01JD3Q6Z8W2M4T7KX9 --out later --as ada@acme.example'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { incident } = await requireOpen(house, given.incident)
      const folder = given.out ?? path.join('incidents', incident)
      const collected = await collect(call, house, {
        incident,
        folder,
        isCut: false,
        by: given.as,
        accounts: given.accounts,
      })
      call.answer(
        { incident, folder, files: collected.files.map(({ name }) => name), evidence: collected.evidence },
        () => sayCollected(call, incident, folder, collected),
      )
      return 0
    }),
})

interface Collecting {
  readonly incident: string
  readonly folder: string
  readonly isCut: boolean
  readonly by: string
  readonly accounts: boolean
}

async function collect(call: Call, house: OpenHouse, collecting: Collecting): Promise<Collected> {
  const { incident, folder, isCut, by, accounts } = collecting
  const story = await readIncident(house, incident)
  const collected = await collectIncident({
    house,
    story,
    isCut,
    ...(accounts && { accounts: (trace) => rulesOfRun(house, trace) }),
  })
  writeFolder(path.resolve(call.terminal.cwd, folder), collected, folder)
  const { evidence, events } = collected
  await recordCollected(house, incident, { evidence, events, by })
  return collected
}

/** Readable by whoever wrote them alone. Nothing is written over: people go on with the first draft. */
function writeFolder(folder: string, { files }: Collected, named: string): void {
  try {
    for (const { name, text: content } of files) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true, mode: 0o700 })
      writeFileSync(path.join(folder, name), content, { mode: 0o600, flag: 'wx' })
    }
  } catch (cause) {
    throw new CharterError('usage', `the files of the incident cannot be written to \`${named}\``, {
      param: '--out',
      hint: 'what was stopped stays stopped and the runs are pinned; write them to a folder of its own with `charter incident collect --out`',
      cause,
    })
  }
}

const sayCollected = (
  { paint }: Call,
  incident: string,
  folder: string,
  { files }: Collected,
  scope?: string,
): string[] => [
  `collected  ${folder}: ${files.map(({ name }) => name).join(', ')}`,
  `${paint.strong(incident)} is open`,
  `check the evidence with: charter ledger verify ${path.join(folder, 'evidence.jsonl')} --key ${path.join(folder, 'ledger.pub')}`,
  ...(scope === undefined ? [] : [`when it is safe again: charter stop off --scope ${scope} --as YOU --yes`]),
]
