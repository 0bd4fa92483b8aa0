/** Capsules among what a command is to move again: with the tools of the project where it has that agent, else without. */
import { type Capsule, recordingOf } from '../capsules/capsule-house.ts'
import { replayCapsule } from '../capsules/replay-capsule.ts'
import type { Replay } from '../replays/replay.ts'
import type { Deletion } from '../retention/deletion-of.ts'
import type { Call } from './call.ts'
import { capsuleBytes, capsuleNamed } from './capsule-file.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { flag } from './parameter.ts'
import { type KeyGiven, keyOption } from './public-key.ts'
import { projectsOf } from './recorded-runs.ts'

export const capsuleOptions = {
  asRecorded: flag('--as-recorded', 'capsules without the tools of the project, if one is found here'),
  key: keyOption,
}

export interface Replayed {
  readonly run: string
  readonly replay: Replay
  /** Of each payload that is missing here, the deletion that took it; nothing where none did. */
  readonly deletions?: readonly (Deletion | undefined)[]
  /** Of a capsule. */
  readonly of?: { readonly tools: 'project' | 'as_recorded'; readonly withheld: readonly string[] }
}

interface CapsulesGiven extends KeyGiven {
  readonly asRecorded: boolean
  readonly config: string | undefined
}

export const capsulesAmong = (call: Call, named: readonly string[]): readonly string[] =>
  named.filter((name) => capsuleBytes(call, name) !== undefined)

/** Throws `ledger_tampered` at one that does not hold. */
export async function replayCapsules(call: Call, files: readonly string[], given: CapsulesGiven): Promise<Replayed[]> {
  const loaded = given.asRecorded || files.length === 0 ? undefined : await loadConfig(call.terminal, given.config)
  const replays: Replayed[] = []
  for (const file of files) {
    const capsule = await capsuleNamed(call, file, given)
    if (capsule) replays.push(await replayOne(call, capsule, loaded))
  }
  return replays
}

/** A project that has no such agent is not the one that the run is of. */
async function replayOne(call: Call, capsule: Capsule, loaded: LoadedConfig | undefined): Promise<Replayed> {
  const { run, withheld } = capsule.header
  const { agent } = (await recordingOf(capsule)).started
  const isOurs = loaded?.config.agents.some(({ name }) => name === agent) ?? false
  const { replay, tools } = await replayCapsule(capsule, loaded && isOurs ? projectsOf(call, loaded)(agent) : undefined)
  return { run, replay, of: { tools, withheld } }
}
