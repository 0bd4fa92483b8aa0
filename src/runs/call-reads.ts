/** Reads of one turn run together; nothing they do changes the world, so none of them is an effect. */
import type { JsonObject } from '../json.ts'
import type { RejectedOutput } from '../tools/call-tool.ts'
import type { Tool } from '../tools/tool.ts'
import { tell, tellRefusal } from './answer-action.ts'
import { callRead } from './call-read.ts'
import type { SubjectRef } from './events.ts'
import type { Gathered } from './gathered.ts'
import { gatheredOf } from './judge-action.ts'
import type { Moving } from './moving.ts'
import type { Action } from './run.ts'
import { placeOf } from './trace-context.ts'

export async function callReads(moving: Moving, actions: readonly Action[]): Promise<void> {
  const calls = actions.map(async (action) => {
    const tool = moving.tools.get(action.proposed.tool)
    const gathered = await gatheredOf(moving, action)
    return {
      action,
      tool,
      gathered,
      outcome: tool && (await callRead(moving, tool, gathered.input, placeOf.call(action.proposed.action))),
    }
  })
  for (const { action, tool, gathered, outcome } of await Promise.all(calls)) {
    if (!tool || !outcome) await tellRefusal(moving, action, 'tool_unknown')
    else if (outcome.ended === 'returned') tellResult(moving, action, tool, gathered, outcome.output as JsonObject)
    else if (outcome.ended === 'rejected_output')
      tellFailure(moving, action, 'output_rejected', sayProblem(outcome), false)
    else {
      const timedOut = 'why' in outcome && outcome.why === 'timed_out'
      tellFailure(moving, action, timedOut ? 'tool_timeout' : 'tool_failed', outcome.message, timedOut)
    }
  }
}

function sayProblem({ problems: [first] }: RejectedOutput): string {
  if (!first) return 'its answer cannot be used'
  return first.path === '' ? first.message : `its answer is wrong at \`${first.path}\`: ${first.message}`
}

function tellResult(moving: Moving, action: Action, tool: Tool, gathered: Gathered, output: JsonObject): void {
  const outputs = moving.outputs.get(tool.name)
  if (outputs) outputs.push(output)
  else moving.outputs.set(tool.name, [output])
  tell(
    moving,
    action,
    { value: output },
    { outcome: 'result', called: true, read: broughtIn(moving, tool, gathered, output) },
  )
}

/** What may be cited from now on: the subjects of the read, and the documents that its answer shows. */
function broughtIn({ world }: Moving, tool: Tool, gathered: Gathered, output: JsonObject): readonly SubjectRef[] {
  const documents = tool.documents?.(output) ?? []
  return [
    ...gathered.refs,
    ...documents.map(({ id }) => ({ kind: 'document', id: world.sealer.pseudonym('document', id) })),
  ]
}

function tellFailure(
  moving: Moving,
  action: Action,
  code: 'tool_failed' | 'tool_timeout' | 'output_rejected',
  message: string,
  timedOut: boolean,
): void {
  tell(
    moving,
    action,
    { value: { error: { type: 'tool', code, message } } },
    { outcome: 'failed', called: true, code, timedOut },
  )
}
