/**
 * Tools as a replay has them. Their schemas and their `check` are asked anew; what they looked up in the world, which is
 * subjects, facts and preview, is what stands in the record.
 */
import type { Gathered } from '../runs/gathered.ts'
import type { Gathering, Subjects, Tool } from '../tools/tool.ts'
import { asItIs, subjectsIn } from './gathered-then.ts'
import { failureIn, refusedReadIn } from './recorded-grounds.ts'
import type { Tape } from './tape.ts'

export const playedTools = (tape: Tape, tools: ReadonlyMap<string, Tool>): ReadonlyMap<string, Tool> =>
  new Map([...tools].map(([name, tool]) => [name, playedTool(tape, tool)]))

function playedTool(tape: Tape, tool: Tool): Tool {
  const { facts, preview } = tool
  return {
    ...tool,
    subjects: (_, gathering) => subjectsThen(tape, tool, gathering),
    ...(facts && { facts: () => gatheredThen(tape, tool)?.facts ?? {} }),
    ...(tool.factsSchema && { factsSchema: asItIs(tool.factsSchema) }),
    ...(preview && { preview: () => gatheredThen(tape, tool)?.preview ?? {} }),
  }
}

async function subjectsThen(tape: Tape, tool: Tool, gathering: Gathering): Promise<Subjects> {
  const gathered = gatheredThen(tape, tool)
  if (gathered) return subjectsIn(gathered)
  const { next } = tape
  const read = refusedReadIn(tape, next)
  // It is refused again, or it is not: the judge is asked.
  if (read) await gathering.read({ name: read.tool } as Tool, read.asked)
  throw failureIn(tape, next)
}

/** Of this tool in the decision ahead: the action's own, or of the read that was refused to it. */
function gatheredThen(tape: Tape, { name }: Tool): Gathered | undefined {
  const { next } = tape
  const basis = tape.basisOf(next)
  if (basis) return basis.gathered
  const read = refusedReadIn(tape, next)
  return read?.tool === name ? read.gathered : undefined
}
