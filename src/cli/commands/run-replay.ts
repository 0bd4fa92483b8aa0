import type { House } from '../../commands/house.ts'
import { errorCodes } from '../../errors.ts'
import type { Difference } from '../../replays/ending.ts'
import { type Replay, replayRun } from '../../replays/replay.ts'
import { type Deletion, deletionOf, erasureStream } from '../../retention/deletion-of.ts'
import { counted, cut } from '../../traces/say.ts'
import { requireConfig } from '../load-config.ts'
import { withHouse } from '../open-house.ts'
import { placeOptions } from '../place.ts'
import { projectsOf, recordedArgs, recordedOptions, recordingsOf } from '../recorded-runs.ts'
import { sayDeletion } from '../say-deletions.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const runReplay = verb({
  name: 'run replay',
  about: 'Move recorded runs once more, and hold every event against the ledger: same, different, or unverifiable.',
  help: [
    "The engine's own code makes every decision anew, with the tools of the project as they are today, over the answers of models and tools",
    'that were recorded. Nothing is sent to anybody, and nothing is written.',
    'Exits with 0 when all are the same, and with 6 when one is different, or cannot be verified because something is no longer kept.',
  ].join('\n'),
  args: recordedArgs,
  options: { ...recordedOptions, ...placeOptions },
  examples: ['run replay run_01JD3Q6Z8W2M4T7KX9', 'run replay --all --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const projectOf = projectsOf(call, await requireConfig(call.terminal, given.config))
      const replays: Replayed[] = []
      for await (const recording of recordingsOf(call, house, given)) {
        const replay = await replayRun(recording, projectOf(recording.started.agent))
        replays.push({ run: recording.run, replay, deletions: await deletionsBehind(house, replay) })
      }
      call.answer(asJson(replays.map(documentOf)), () => [...replays.flatMap(sayReplay), '', sayAll(replays)])
      return exitOf(replays)
    }),
})

interface Replayed {
  readonly run: string
  readonly replay: Replay
  /** Of each payload that is missing, the deletion that took it; nothing where none did. */
  readonly deletions: readonly (Deletion | undefined)[]
}

async function deletionsBehind({ ledger, tenant }: House, replay: Replay): Promise<Replayed['deletions']> {
  if (replay.verdict !== 'unverifiable') return []
  const { stream, missing } = replay
  const events = await ledger.read(tenant, erasureStream(stream))
  return missing.map(({ n, class: ofClass }) => deletionOf(events, stream, ofClass, n))
}

/** What is different weighs more than what cannot be said. */
function exitOf(replays: readonly Replayed[]): number {
  const has = (verdict: Replay['verdict']) => replays.some(({ replay }) => replay.verdict === verdict)
  if (has('different')) return errorCodes.replay_different.exit
  return has('unverifiable') ? errorCodes.replay_unverifiable.exit : 0
}

const documentOf = ({ run, replay, deletions }: Replayed) => ({
  run,
  ...replay,
  ...(replay.verdict === 'unverifiable' && { deletions: deletions.map((deletion) => deletion?.deletion ?? null) }),
})

function sayReplay({ run, replay, deletions }: Replayed): string[] {
  switch (replay.verdict) {
    case 'same':
      return [`${run}  same: ${counted(replay.events, 'event')}, ${counted(replay.decisions, 'decision')} made again`]
    case 'different':
      return [`${run}  different at ${placeOf(replay.difference)}`, ...sayValues(replay.difference)]
    case 'unverifiable':
      return [
        `${run}  unverifiable: no longer kept of \`${replay.stream}\``,
        ...replay.missing.map(
          ({ n, class: ofClass }, at) => `  payload ${n}, class \`${ofClass}\`${by(deletions[at])}`,
        ),
      ]
  }
}

/** Nothing is claimed of content that is missing without a deletion. */
const by = (deletion: Deletion | undefined): string =>
  deletion ? `, ${sayDeletion(deletion)}` : ', and no deletion says so'

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
