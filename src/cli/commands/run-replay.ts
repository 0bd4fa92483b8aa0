import type { House } from '../../commands/house.ts'
import { errorCodes } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { redact } from '../../redaction/redact.ts'
import type { Difference } from '../../replays/ending.ts'
import { type Replay, replayRun } from '../../replays/replay.ts'
import type { Deletion } from '../../retention/deletion-of.ts'
import { redactorOfRun, type Seeing } from '../../traces/read-redacted.ts'
import type { TraceReading } from '../../traces/read-trace.ts'
import { counted, cut } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { requireConfig } from '../load-config.ts'
import { withHouse } from '../open-house.ts'
import { some } from '../parameter.ts'
import { type PlaceGiven, placeOptions } from '../place.ts'
import { projectsOf, recordedOptions, recordingsOf } from '../recorded-runs.ts'
import { capsuleOptions, capsulesAmong, type Replayed, replayCapsules } from '../replay-capsules.ts'
import { type RevealGiven, revealOptions, seeingOf } from '../reveal.ts'
import { deletionBehind, sayDeletion } from '../say-deletions.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const runReplay = verb({
  name: 'run replay',
  about: 'Move recorded runs once more, and hold every event against the ledger: same, different, or unverifiable.',
  help: [
    "The engine's own code makes every decision anew, with the tools of the project as they are today, over the answers of models and tools",
    'that were recorded. Nothing is sent to anybody, and nothing is written.',
    'A capsule is replayed without its ledger; where no project is found, what schemas and checks of its tools said is taken as recorded.',
    'Personal data and secrets are taken out of values that differ, unless somebody who may see it reveals the first.',
    'Exits with 0 when all are the same, and with 6 when one is different, or cannot be verified because something is no longer kept.',
  ].join('\n'),
  args: { runs: some('ids of runs, or capsules of them') },
  options: {
    ...recordedOptions,
    ...capsuleOptions,
    reveal: revealOptions.reveal,
    as: revealOptions.as,
    ...placeOptions,
  },
  examples: ['run replay run_01JD3Q6Z8W2M4T7KX9', 'run replay --all --json', 'run replay run.capsule --key ledger.pub'],
  run: async (call, given) => {
    const files = capsulesAmong(call, given.runs)
    const runs = given.runs.filter((run) => !files.includes(run))
    const replays = await replayCapsules(call, files, given)
    if (runs.length > 0 || given.all || files.length === 0)
      replays.push(...(await replayHere(call, { ...given, runs })))
    call.answer(asJson(replays.map(documentOf)), () => [...replays.flatMap(sayReplay), '', sayAll(replays)])
    return exitOf(replays)
  },
})

interface RunsGiven extends PlaceGiven, RevealGiven {
  readonly runs: readonly string[]
  readonly all: boolean
}

const replayHere = (call: Call, given: RunsGiven): Promise<Replayed[]> =>
  withHouse(call, given, async (house) => {
    const projectOf = projectsOf(call, await requireConfig(call.terminal, given.config))
    const seeing = await seeingOf(call, house, given)
    const replays: Replayed[] = []
    for await (const recording of recordingsOf(call, house, given)) {
      const replay = await replayRun(recording, projectOf(recording.started.agent))
      const shown = await redacted(house, recording.run, replay, seeing)
      replays.push({ run: recording.run, replay: shown, deletions: await deletionsIn(house, replay) })
    }
    return replays
  })

/** What differs is content: it is shown as `run show` would. */
async function redacted(house: TraceReading, run: string, replay: Replay, seeing: Seeing): Promise<Replay> {
  if (replay.verdict !== 'different') return replay
  const redactor = await redactorOfRun(house, run, seeing)
  const show = async (value: Json | undefined) => value && redact(value, { redactor })
  const { values } = replay.difference
  const shown = { recorded: await show(values.recorded), replayed: await show(values.replayed) }
  return { ...replay, difference: { ...replay.difference, values: shown } }
}

async function deletionsIn(house: House, replay: Replay): Promise<NonNullable<Replayed['deletions']>> {
  if (replay.verdict !== 'unverifiable') return []
  const { stream, missing } = replay
  return Promise.all(missing.map((ref) => deletionBehind(house, stream, ref)))
}

/** What is different weighs more than what cannot be said. */
function exitOf(replays: readonly Replayed[]): number {
  const has = (verdict: Replay['verdict']) => replays.some(({ replay }) => replay.verdict === verdict)
  if (has('different')) return errorCodes.replay_different.exit
  return has('unverifiable') ? errorCodes.replay_unverifiable.exit : 0
}

const documentOf = ({ run, replay, of, deletions = [] }: Replayed) => ({
  run,
  ...replay,
  ...(deletions.length > 0 && { deletions: deletions.map((deletion) => deletion?.deletion ?? null) }),
  ...of,
})

function sayReplay({ run, replay, of, deletions = [] }: Replayed): string[] {
  const how = of?.tools === 'as_recorded' ? [asRecorded] : []
  switch (replay.verdict) {
    case 'same': {
      const again = `${counted(replay.events, 'event')}, ${counted(replay.decisions, 'decision')} made again`
      return [`${run}  same: ${again}`, ...how]
    }
    case 'different':
      return [`${run}  different at ${placeOf(replay.difference)}`, ...sayValues(replay.difference), ...how]
    case 'unverifiable':
      return [
        `${run}  unverifiable: content of \`${replay.stream}\` is not there`,
        ...replay.missing.map(
          ({ n, class: ofClass }, at) =>
            `  payload ${n}, class \`${ofClass}\`, ${whyMissing(of?.withheld ?? [], ofClass, deletions[at])}`,
        ),
        ...how,
      ]
  }
}

const asRecorded = '  without the tools: arguments and verdicts of `check` were taken as recorded'

/** Nothing is claimed of content that is missing without a deletion. */
function whyMissing(withheld: readonly string[], ofClass: string, deletion: Deletion | undefined): string {
  if (withheld.includes(ofClass)) return 'withheld from the capsule'
  return deletion ? sayDeletion(deletion) : 'no longer kept'
}

function placeOf({ stream, seq, part, recorded, replayed }: Difference): string {
  const type = recorded?.type ?? replayed?.type ?? ''
  return `event ${seq} of \`${stream}\`, ${type} \`${part}\``
}

const sayValues = ({ values: { recorded, replayed } }: Difference): string[] => [
  `  recorded  ${recorded === undefined ? 'nothing' : cut(JSON.stringify(recorded), 400)}`,
  `  replayed  ${replayed === undefined ? 'nothing' : cut(JSON.stringify(replayed), 400)}`,
]

function sayAll(replays: readonly Replayed[]): string {
  const of = (verdict: Replay['verdict']) => replays.filter(({ replay }) => replay.verdict === verdict).length
  return `${counted(replays.length, 'run')} replayed: ${of('same')} same, ${of('different')} different, ${of('unverifiable')} unverifiable`
}
