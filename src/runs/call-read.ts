/** One call of a read tool, under its own deadline, in the span at `place`. A read needs no key that a vendor knows. */
import type { JsonObject } from '../json.ts'
import type { CallOutcome } from '../tools/call-tool.ts'
import type { Tool } from '../tools/tool.ts'
import type { Moving } from './moving.ts'
import { traceparentAt } from './trace-context.ts'

export async function callRead(
  { world, journal, lost }: Moving,
  tool: Tool,
  input: JsonObject,
  place: string,
): Promise<CallOutcome> {
  const sending = {
    key: world.sealer.digest([tool.name, input]),
    traceparent: traceparentAt(journal.run, place),
    attempt: 1,
    deadline: world.ledger.now() + tool.deadlineMs,
    withinMs: tool.deadlineMs,
    signal: lost,
  }
  const outcome = await world.calls.call(tool, input, sending)
  await world.breakers.note(tool, outcome)
  return outcome
}
