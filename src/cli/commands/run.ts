import { capsuleHouse } from '../../capsules/capsule-house.ts'
import { CharterError, nearest } from '../../errors.ts'
import type { RunRow } from '../../ledger/reads.ts'
import type { Deletion } from '../../retention/deletion-of.ts'
import { accountOf } from '../../traces/account.ts'
import { readRedacted, type Seeing } from '../../traces/read-redacted.ts'
import { readTrace, type TraceReading } from '../../traces/read-trace.ts'
import { rulesOfRun } from '../../traces/rules-of-run.ts'
import { dollarsOf, sayCost } from '../../traces/say.ts'
import { traceOf } from '../../traces/trace.ts'
import { traceDocument } from '../../traces/trace-document.ts'
import { traceEnvelope } from '../../traces/trace-envelope.ts'
import type { TraceSource } from '../../traces/trace-source.ts'
import type { Call } from '../call.ts'
import { capsuleNamed } from '../capsule-file.ts'
import { everyRun } from '../every-run.ts'
import { answerNewest, beforeOption, mostOption } from '../older.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { choice, flag, one, several, some, text, withDefault } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { keyOption } from '../public-key.ts'
import { revealOptions, seeingOf } from '../reveal.ts'
import { deletionDocument, deletionsOf, sayDeletions } from '../say-deletions.ts'
import { sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'
import { exportCapsule } from './run-capsule.ts'

const noneOf = ({ status, agent }: { status: string | undefined; agent: string | undefined }, environment: string) =>
  status === undefined && agent === undefined ? `no runs in ${environment}` : `no such run in ${environment}`

const statuses = ['running', 'waiting', 'handed_off', 'done', 'denied', 'failed', 'stopped'] as const

export const runList = verb({
  name: 'run list',
  about: 'Runs, the newest first.',
  help: 'Those of one environment: a run of another is listed with --env.',
  options: {
    status: choice('--status <status>', 'those that stand so', statuses),
    agent: text('--agent <name>', 'those of one agent'),
    most: mostOption,
    before: beforeOption('run'),
    ...placeOptions,
  },
  examples: ['run list', 'run list --status waiting --json', 'run list --agent billing-resolution --env production'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant, environment, clock }) => {
      const { status, agent, most, before } = given
      const wanted = {
        read: 'runs',
        environment,
        most: most + 1,
        ...(status !== undefined && { status }),
        ...(agent !== undefined && { agent }),
        ...(before !== undefined && { before }),
      } as const
      const { runs } = await ledger.find(tenant, { runs: wanted })
      answerNewest(call, runs, most, {
        document: (rows) => asJson(rows.map(documentOf)),
        lines: (rows) => (rows.length > 0 ? sayList(call, rows, clock.now()) : [noneOf(given, environment)]),
        id: ({ run }) => run,
      })
      return 0
    }),
})

const documentOf = (row: RunRow) => ({ ...row, cost_usd: dollarsOf(row.cost_micro_usd) })

function sayList({ paint }: Call, runs: readonly RunRow[], now: number): string[] {
  return table(
    ['RUN', 'STATUS', 'AGENT', 'KEY', 'TURNS', 'EFFECTS', 'COST', 'STARTED'],
    runs.map((row) => [
      row.run,
      `${paintWord(paint, row.status)}${row.reason === null ? '' : ` (${row.reason})`}`,
      row.agent,
      row.start_key ?? '',
      String(row.turns),
      String(row.effects),
      sayCost(row.cost_micro_usd),
      sayWhen(row.started_at, now),
    ]),
  )
}

export const runShow = verb({
  name: 'run show',
  about: 'Why did it do that: of every action the rule, the facts, the citations, the approval and the effect.',
  help: [
    'Personal data and secrets are taken out. Content that was erased is named with the deletion that took it.',
    'A capsule is shown without the ledger that it came from, once it was checked with the public key.',
  ].join('\n'),
  args: { run: one('id of the run, or a capsule of it', 'run_01J') },
  options: { key: keyOption, ...revealOptions, ...placeOptions },
  examples: [
    'run show run_01JD3Q6Z8W2M4T7KX9',
    'run show run_01JD3Q6Z8W2M4T7KX9 --json',
    'run show run_01JD3Q6Z8W2M4T7KX9 --reveal --as ada@acme.example',
    'run show run.capsule --key ledger.pub',
  ],
  run: async (call, given) => {
    const capsule = await capsuleNamed(call, given.run, given)
    if (capsule) await showRun(call, capsuleHouse(capsule), await readTrace(capsuleHouse(capsule), capsule.header.run))
    else
      await withHouse(call, given, async (house) => {
        const source = await shownSource(house, given.run, await seeingOf(call, house, given))
        await showRun(call, house, source, await deletionsOf(house, given.run))
      })
    return 0
  },
})

async function showRun(
  call: Call,
  house: TraceReading,
  source: TraceSource,
  deletions: readonly Deletion[] = [],
): Promise<void> {
  const trace = traceOf(source)
  const rules = await rulesOfRun(house, trace)
  call.answer(asJson({ ...traceDocument(trace, rules), erased: deletionDocument(deletions) }), () => [
    ...accountOf(trace, rules),
    ...sayDeletions(deletions),
  ])
}

export const runExport = verb({
  name: 'run export',
  about: 'Runs as trace envelopes: one line of JSON a run, for other tools.',
  help: 'Personal data and secrets are taken out of envelopes, unless somebody who may see it reveals the first.',
  args: { runs: some('ids of runs') },
  options: {
    all: flag('--all', 'every run of the environment, the newest first'),
    capsule: flag('--capsule', 'one run with everything pinned, signed, to be opened without this ledger'),
    out: text('--out <file>', 'where a capsule goes; stdout unless named'),
    without: several(
      '--without <class>',
      'content of this retention class stays out of the capsule; may be given again',
    ),
    format: withDefault(choice('--format <format>', 'how it is written', ['jsonl', 'json']), 'jsonl' as const),
    ...revealOptions,
    ...placeOptions,
  },
  examples: [
    'run export run_01JD3Q6Z8W2M4T7KX9 --format jsonl',
    'run export --all > runs.jsonl',
    'run export run_01JD3Q6Z8W2M4T7KX9 --capsule --out run.capsule --without prompt',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { runs, all, format } = given
      if (given.capsule) {
        await exportCapsule(call, house, onlyRun(runs), given)
        return 0
      }
      if (runs.length === 0 && !all) {
        throw new CharterError('usage', '`runs` is missing', { param: 'runs', hint: `${call.typed} run_01J` })
      }
      const seeing = await seeingOf(call, house, given)
      if (call.json || format === 'json') {
        const envelopes = await Array.fromAsync(envelopesOf(house, { runs, all, seeing }))
        call.terminal.out.write(`${JSON.stringify(envelopes, null, 2)}\n`)
        return 0
      }
      for await (const envelope of envelopesOf(house, { runs, all, seeing }))
        call.terminal.out.write(`${JSON.stringify(envelope)}\n`)
      return 0
    }),
})

function onlyRun(runs: readonly string[]): string {
  const [run] = runs
  if (run !== undefined && runs.length === 1) return run
  throw new CharterError('usage', 'a capsule is of one run', { param: 'runs', hint: 'name one run' })
}

interface Wanted {
  readonly runs: readonly string[]
  readonly all: boolean
  readonly seeing: Seeing
}

async function* envelopesOf(house: OpenHouse, { runs, all, seeing }: Wanted) {
  for await (const run of all ? idsOf(everyRun(house)) : runs) {
    yield traceEnvelope(traceOf(await shownSource(house, run, seeing)), house.sealer)
  }
}

async function* idsOf(rows: AsyncIterable<RunRow>): AsyncGenerator<string> {
  for await (const { run } of rows) yield run
}

/** As it may be shown to whoever asks. Throws `run_not_found` with the nearest id among the latest. */
async function shownSource(house: OpenHouse, run: string, seeing: Seeing): Promise<TraceSource> {
  await requireRun(house, run)
  return readRedacted(house, run, seeing)
}

/** With everything that is kept. Throws `run_not_found` with the nearest id among the latest. */
export async function traceSource(house: OpenHouse, run: string): Promise<TraceSource> {
  await requireRun(house, run)
  return readTrace(house, run)
}

/** Throws `run_not_found` with the nearest id among the latest. */
export async function requireRun(house: OpenHouse, run: string): Promise<void> {
  const { ledger, tenant } = house
  const { known, latest } = await ledger.find(tenant, {
    known: { read: 'run', run },
    latest: { read: 'runs', most: 100 },
  })
  if (known) return
  const near = nearest(
    run,
    latest.map((row) => row.run),
  )
  throw new CharterError('run_not_found', `no run \`${run}\``, {
    param: 'run',
    hint: near === undefined ? 'list the runs with `charter run list`' : `did you mean \`${near}\`?`,
  })
}
