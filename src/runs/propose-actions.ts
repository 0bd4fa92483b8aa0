/** From the calls of a model's answer to actions: read, validated, digested, not yet judged. */
import type { Json, JsonObject } from '../json.ts'
import type { ModelAnswer, ModelToolCall } from '../models/model-request.ts'
import type { Intent } from '../tools/intent.ts'
import { parseArguments, validateArguments } from '../tools/parse-arguments.ts'
import type { Problem } from '../tools/schema.ts'
import type { Tool } from '../tools/tool.ts'
import { type Moving, seal } from './moving.ts'

/** What the arguments payload of an action holds. */
export type Proposal =
  | { readable: true; input: JsonObject; intent?: Intent }
  | { readable: false; source: string; problems: readonly Problem[] }

/** Longest argument text kept of a call that could not be read, characters. */
const keptSource = 4096

export async function proposeActions(moving: Moving, turn: number, answer: ModelAnswer): Promise<void> {
  for (const [index, call] of answer.toolCalls.entries()) await proposeAction(moving, turn, index, call)
}

async function proposeAction(moving: Moving, turn: number, index: number, call: ModelToolCall): Promise<void> {
  const tool = moving.tools.get(call.tool)
  const { proposal, dryRun } = await readProposal(tool, call)
  draftProposal(
    moving,
    { action: `${turn}.${index + 1}`, turn, index, call: call.id, dryRun },
    call.tool,
    tool,
    proposal,
  )
}

export interface ProposalPlace {
  action: string
  turn: number
  index: number
  call: string
  dryRun: boolean
  editedFrom?: string
  editedBy?: { by: string; group: string }
}

/** Also used when an approver's edit takes the place of what the model had proposed. */
export function draftProposal(
  moving: Moving,
  place: ProposalPlace,
  name: string,
  tool: Tool | undefined,
  proposal: Proposal,
): void {
  const content = proposal.readable ? proposal.input : proposal.source
  moving.journal.draft({
    type: 'action.proposed',
    body: {
      action: place.action,
      turn: place.turn,
      index: place.index,
      call: place.call,
      tool: tool?.name ?? unknownName(name),
      ...(tool && { version: tool.version, kind: tool.kind === 'write' || tool.egress ? 'write' : 'read' }),
      arguments: seal(moving, 'arguments', asJson(proposal)),
      digest: moving.world.sealer.digest([tool?.name ?? name, tool?.version ?? '', content]),
      dry_run: place.dryRun,
      ...(place.editedFrom !== undefined && { edited_from: place.editedFrom }),
      ...(place.editedBy && { edited_by: place.editedBy }),
    },
  })
}

async function readProposal(
  tool: Tool | undefined,
  call: ModelToolCall,
): Promise<{ proposal: Proposal; dryRun: boolean }> {
  const unreadable = (problems: readonly Problem[]) => ({
    proposal: { readable: false as const, source: call.argumentsText.slice(0, keptSource), problems },
    dryRun: false,
  })
  if (!tool) return unreadable([])
  const parsed = await parseArguments(call.argumentsText, tool)
  if (!parsed.ok) return unreadable(parsed.problems)
  const { intent, dryRun } = parsed
  const validated = await validateArguments(tool, parsed.input)
  if (!validated.ok) return unreadable(validated.problems)
  return { proposal: { readable: true, input: validated.value, ...(intent && { intent }) }, dryRun }
}

/** A name that a model made up may be anything: what an event keeps of it is short and plain. */
const unknownName = (name: string): string => name.replaceAll(/[^\w.-]/g, '?').slice(0, 64)

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
