/**
 * Gathers what an action is judged on: its subjects, the facts of the system of record, the tool's own check, a
 * preview. All reads of it are governed by the same charter and memoised for one gathering. No lock is held here.
 */
import { canonicalJson } from '../canonical-json.ts'
import { CharterError, type ErrorCode, isCharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Intent } from '../tools/intent.ts'
import { validateArguments } from '../tools/parse-arguments.ts'
import type { Gathering, Tool } from '../tools/tool.ts'
import { callRead } from './call-read.ts'
import { type Gathered, putTogether } from './gathered.ts'
import { judge, type Live } from './judge.ts'
import type { Moving } from './moving.ts'
import type { Ground } from './standing.ts'
import { placeOf } from './trace-context.ts'

export type GatherResult =
  | { ended: 'gathered'; gathered: Gathered }
  | { ended: 'refused'; code: ErrorCode; rules: readonly string[]; message: string; read: RefusedRead }
  | { ended: 'failed'; message: string; timedOut: boolean }

/** A read that the facts needed, and what it was judged on: recorded, so that its refusal can be judged again. */
export interface RefusedRead {
  readonly tool: string
  /** As it was asked for. */
  readonly asked: Json
  readonly gathered: Gathered
  readonly live: Live
}

export interface Wanted {
  readonly tool: Tool
  readonly input: JsonObject
  readonly intent: Intent | undefined
  /** A write that may be shown to a person, or a dry run, is previewed. */
  readonly preview: boolean
}

/** Reads that facts are made of may themselves have facts; deeper than this it is a ring. */
const deepest = 4

/** For one action; all reads of it are called in its span. */
export async function gather(moving: Moving, ground: Ground, wanted: Wanted, action: string): Promise<GatherResult> {
  try {
    const gathered = await gatherAt(moving, ground, wanted, { reads: new Map(), place: placeOf.action(action) }, 0)
    return { ended: 'gathered', gathered }
  } catch (thrown) {
    if (thrown instanceof GovernedRefusal) {
      const { reason: code, rules, message, read } = thrown
      return { ended: 'refused', code, rules, message, read }
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return { ended: 'failed', message, timedOut: isCharterError(thrown) && thrown.code === 'tool_timeout' }
  }
}

/** A governed read was refused: the action that wanted it is refused for the same reason. */
class GovernedRefusal extends Error {
  readonly reason: ErrorCode
  readonly rules: readonly string[]
  readonly read: RefusedRead
  constructor(reason: ErrorCode, rules: readonly string[], message: string, read: RefusedRead) {
    super(message)
    this.reason = reason
    this.rules = rules
    this.read = read
  }
}

interface Memo {
  readonly reads: Map<string, Promise<Json>>
  readonly place: string
}

async function gatherAt(moving: Moving, ground: Ground, wanted: Wanted, memo: Memo, depth: number): Promise<Gathered> {
  const { tool, input, intent } = wanted
  const gathering = gatheringOf(moving, ground, memo, depth)
  const touched = (await tool.subjects?.(input, gathering)) ?? {}
  const facts = await factsOf(tool, input, gathering)
  const preview = wanted.preview ? await previewOf(tool, input, gathering) : undefined
  const { sealer } = moving.world
  return putTogether(
    { tool, input, intent, touched, facts, preview },
    {
      isRead: (piece) => isRead(moving, piece),
      pseudonym: (kind, id) => sealer.pseudonym(kind, id),
      digest: (value) => sealer.digest(value),
    },
  )
}

const isRead = ({ journal, world }: Moving, { kind, id }: { kind: string; id: string }): boolean =>
  journal.run.read.has(world.sealer.pseudonym(kind, id))

async function factsOf(tool: Tool, input: JsonObject, gathering: Gathering): Promise<JsonObject> {
  if (!tool.facts || !tool.factsSchema) return {}
  const said = await tool.facts(input, gathering)
  const validated = await tool.factsSchema.validate(asJson(said))
  if (validated.ok) return asJson(validated.value) as JsonObject
  const [problem] = validated.problems
  throw new CharterError(
    'tool_failed',
    `the facts of \`${tool.name}\` break its schema at \`${problem?.path}\`: ${problem?.message}`,
  )
}

async function previewOf(tool: Tool, input: JsonObject, gathering: Gathering) {
  if (!tool.preview) return undefined
  const { fields, says } = await tool.preview(input, gathering)
  return { ...(fields && { fields: asJson(fields) as JsonObject }), ...(says !== undefined && { says }) }
}

function gatheringOf(moving: Moving, ground: Ground, memo: Memo, depth: number): Gathering {
  return {
    signal: moving.lost,
    read: async <Input, Output>(tool: Tool<Input, Output, never>, input: unknown) =>
      (await readGoverned(moving, ground, tool.name, input, memo, depth)) as Output,
    earlier: <Input, Output>(tool: Tool<Input, Output, never>) => (moving.outputs.get(tool.name) ?? []) as Output[],
  }
}

/** One read for `subjects`, `facts` or `preview`: judged as the model's own read would be, then called. */
async function readGoverned(
  moving: Moving,
  ground: Ground,
  name: string,
  input: unknown,
  memo: Memo,
  depth: number,
): Promise<Json> {
  const tool = moving.tools.get(name)
  if (tool?.kind !== 'read' || tool.egress)
    throw new CharterError(
      'tool_invalid',
      `facts may be gathered by read tools of the agent alone, and \`${name}\` is none`,
    )
  if (depth >= deepest) throw new CharterError('tool_invalid', `the facts of \`${name}\` are gathered in a ring`)
  const asked = asJson(input)
  const validated = await validateArguments(tool, asked)
  if (!validated.ok) {
    const [problem] = validated.problems
    throw new CharterError('tool_failed', `\`${name}\` was read with a wrong \`${problem?.path}\`: ${problem?.message}`)
  }
  const key = `${name} ${canonicalJson(validated.value)}`
  const known =
    memo.reads.get(key) ?? governedCall(moving, ground, { tool, input: validated.value, asked }, memo, depth + 1)
  memo.reads.set(key, known)
  return known
}

async function governedCall(
  moving: Moving,
  ground: Ground,
  { tool, input, asked }: { tool: Tool; input: JsonObject; asked: Json },
  memo: Memo,
  depth: number,
): Promise<Json> {
  const gathered = await gatherAt(moving, ground, { tool, input, intent: undefined, preview: false }, memo, depth)
  const { world, pinned, journal } = moving
  const live = { ...ground.live, breakerOpen: !(await world.breakers.admits(tool)) }
  const decision = judge(
    world.evaluator,
    {
      agent: pinned.page.agent.name,
      environment: world.environment,
      requester: journal.run.started?.on_behalf_of ?? '',
      tool,
      dryRun: false,
      gathered,
      pinned,
      inForce: ground.inForce,
      refusedBefore: undefined,
    },
    live,
  )
  if (decision.decision !== 'allow') {
    const why = decision.detail ?? 'it is not allowed here'
    const said = `the facts need \`${tool.name}\`: ${why}`
    const read = { tool: tool.name, asked, gathered, live }
    throw new GovernedRefusal(decision.code ?? 'denied_by_policy', decision.rules, said, read)
  }
  const result = await callRead(moving, tool, input, memo.place)
  if (result.ended === 'returned') return result.output
  const timedOut = 'why' in result && result.why === 'timed_out'
  const said = 'message' in result ? result.message : 'its answer breaks its schema'
  throw new CharterError(timedOut ? 'tool_timeout' : 'tool_failed', `\`${tool.name}\` did not answer: ${said}`)
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null))
