/** Whether what would run today is what ran: the first event of a run pins it, part by part. */
import type { JsonObject } from '../json.ts'
import type { World } from '../runs/world.ts'
import { errorMessage } from '../tools/error-message.ts'
import { differenceOf } from './difference.ts'
import { type Difference, IsDifferent, NotKept } from './ending.ts'
import type { Tape } from './tape.ts'

/** Throws `IsDifferent` at event 1: a page that cannot be compiled today as well. */
export async function compareRelease(tape: Tape, world: World): Promise<void> {
  const { started, events } = tape.recording
  const { agent, charter } = started
  const compiled = await world.charters.compiled(agent, charter).catch((error) => {
    throw error instanceof NotKept ? error : new IsDifferent(refused(tape, error))
  })
  const { parts } = world.offers.release(compiled, world.toolsOf(agent))
  // The hash is one of the parts: which of them is another says more.
  const release = { hash: started.release.hash, parts }
  const body = { ...started, release, input_digest: world.sealer.digest(tape.content(started.input)) }
  const draft = { type: 'run.started', v: 1, actor: '', body: body as object as JsonObject }
  const difference = differenceOf(tape, events[0], draft, tape.stream, 1)
  if (difference) throw new IsDifferent(difference)
}

function refused({ recording: { started, events }, stream }: Tape, error: unknown): Difference {
  const recorded = events[0] && { type: events[0].type, body: events[0].body }
  const values = { recorded: started.charter, replayed: errorMessage(error) }
  return { stream, seq: 1, part: 'charter', recorded, replayed: undefined, values }
}
