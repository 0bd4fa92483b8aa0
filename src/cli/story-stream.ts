/** The story of runs as it happens: each line once, as soon as the ledger has it. */
import type { House } from '../commands/house.ts'
import { readRedacted } from '../traces/read-redacted.ts'
import { type StoryLine, sayStory, storyOf } from '../traces/story.ts'
import { traceOf } from '../traces/trace.ts'

const atOnce = 1000

export interface StoryStream {
  /** What was said since the last time; nothing was for runs that are not wanted. */
  next(): Promise<readonly string[]>
}

/** Of everything that happens from now on, or of one run from its beginning. */
export async function storyStream(house: House, only?: string): Promise<StoryStream> {
  const told = new Map<string, Set<string>>()
  let last = only
  let position = only === undefined ? await endOf(house) : 0

  /** Runs that something happened to, in the order in which it did. */
  const moved = async (): Promise<readonly string[]> => {
    const runs = new Set<string>()
    for (;;) {
      const events = await house.ledger.tail(house.tenant, position, atOnce)
      for (const { stream } of events) if (stream.startsWith('run/')) runs.add(stream.slice('run/'.length))
      position = events.at(-1)?.position ?? position
      if (events.length < atOnce) return [...runs]
    }
  }

  const tell = async (run: string): Promise<readonly string[]> => {
    const known = told.get(run) ?? new Set<string>()
    told.set(run, known)
    const fresh = storyOf(traceOf(await readRedacted(house, run))).filter(({ key }) => !known.has(key))
    for (const { key } of fresh) known.add(key)
    if (fresh.length === 0) return []
    const shown = last === run ? fresh : underHeading(run, fresh)
    last = run
    return sayStory(shown)
  }

  return {
    async next() {
      const runs = only === undefined ? await moved() : [only]
      const said: string[] = []
      for (const run of runs) said.push(...(await tell(run)))
      return said
    },
  }
}

/** Several runs take turns on one screen, so a line that goes on with a run names it again. */
function underHeading(run: string, lines: readonly StoryLine[]): readonly StoryLine[] {
  const [first] = lines
  if (!first || first.depth === 0) return lines
  return [{ ...first, key: 'heading', depth: 0, text: run }, ...lines]
}

async function endOf({ ledger, tenant }: House): Promise<number> {
  let position = 0
  for (;;) {
    const events = await ledger.tail(tenant, position, atOnce)
    position = events.at(-1)?.position ?? position
    if (events.length < atOnce) return position
  }
}

/** Says what there is to say whenever the ledger changed, until the signal; resting lines are said before it ends. */
export async function streamStory(
  house: House,
  say: (line: string) => void,
  { signal, only, stream }: { signal: AbortSignal; only?: string; stream?: StoryStream },
): Promise<void> {
  const story = stream ?? (await storyStream(house, only))
  for (;;) {
    for (const line of await story.next()) say(line)
    if (signal.aborted) return
    await house.ledger.changed(signal)
  }
}
