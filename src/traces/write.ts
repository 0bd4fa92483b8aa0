/**
 * The story of one write, from whatever end somebody holds of it: who did it and for whom, why, by which rule on which
 * facts and evidence, who agreed, what was sent, what the other side answered and what happened next.
 */
import { isJsonObject, type Json, type JsonObject, partOf } from '../json.ts'
import { accountOfAction, fields, type RuleText } from './account.ts'
import { counted, cut, plainly, sayArguments, sayIntent, sayOutcome, sayValue } from './say.ts'
import type { Trace } from './trace.ts'
import { actionDocument } from './trace-document.ts'
import type { TracedAction } from './traced-action.ts'

/** A write that an agent proposed; whether it was carried out stands in its effects. */
export interface TracedWrite {
  readonly trace: Trace
  readonly action: TracedAction
}

/** What only the keys can say: whether a name in clear is the one that an event knows by its pseudonym. */
export interface WriteNaming {
  pseudonym(kind: string, value: string): string
}

/** The writes of a run that touch what is meant, in the order in which they were proposed. */
export const writesIn = (trace: Trace, isMeant: (action: TracedAction) => boolean): readonly TracedWrite[] =>
  trace.actions
    .filter((action) => action.proposed.kind === 'write' && isMeant(action))
    .map((action) => ({ trace, action }))

/** Whether judgement knew that the action touches this subject, by its pseudonym. */
export const touches =
  (subject: string) =>
  ({ judgements }: TracedAction): boolean =>
    judgements.some(({ subjects }) => subjects.some(({ id }) => id === subject))

/** How it stands, in one word: of the effect where something was sent, else what judgement or people made of it. */
export function standingOf({ action, trace }: TracedWrite): string {
  const effect = action.effects.at(-1)
  if (effect) return effect.status
  const wait = action.waits.at(-1)
  if (wait && wait.outcome === undefined) return 'waiting'
  const { returned } = action
  if (returned) return returned.code ?? returned.outcome
  return trace.endedAt === undefined ? 'under way' : 'never sent'
}

/** For a person, in plain lines. */
export function accountOfWrite(write: TracedWrite, rules: RuleText, naming: WriteNaming): string[] {
  const { trace, action } = write
  const { started, run, input } = trace
  const forWhom = started?.on_behalf_of === undefined ? '' : ` for ${started.on_behalf_of}`
  const [heading = '', ...rest] = accountOfAction(action, rules, trace)
  return [
    `${new Date(action.at).toISOString()}  ${standingOf(write)}  ${heading}`,
    ...fields('  ', [
      ['run', run],
      ['who', started && `${started.agent}${forWhom}, under ${started.grant}`],
      ['task', input === undefined ? undefined : cut(sayArguments(input, 200) || sayValue(input), 200)],
      ['charter', started?.charter],
      ['release', started?.release.hash],
    ]),
    ...rest,
    ...fields('  ', [
      ...evidenceOf(write, naming).map((piece) => ['evidence', sayEvidence(piece)] as const),
      ...nextOf(write).map((said) => ['next', said] as const),
    ]),
  ]
}

/** For a program: everything that `accountOfWrite` says. */
export function writeDocument(write: TracedWrite, rules: RuleText, naming: WriteNaming): JsonObject {
  const { trace, action } = write
  const { started } = trace
  return {
    standing: standingOf(write),
    at: action.at,
    run: trace.run,
    agent: started?.agent ?? null,
    on_behalf_of: started?.on_behalf_of ?? null,
    grant: started?.grant ?? null,
    charter: started?.charter ?? null,
    release: started?.release.hash ?? null,
    task: trace.input ?? null,
    ...actionDocument(action, rules),
    evidence: evidenceOf(write, naming).map(({ kind, id, readBy, tool, content }) => ({
      kind,
      id,
      read_by: readBy ?? null,
      tool: tool ?? null,
      content: content ?? null,
    })),
    next: nextOf(write),
    run_status: trace.status,
    run_output: trace.output ?? null,
  }
}

interface Evidence {
  readonly kind: string
  readonly id: string
  /** The action of this run that brought it in, and its tool. */
  readonly readBy: string | undefined
  readonly tool: string | undefined
  /** What was read, where it is still kept. */
  readonly content: JsonObject | undefined
}

/** What the agent named as its evidence, and where in this run it had read that. */
function evidenceOf({ trace, action }: TracedWrite, naming: WriteNaming): readonly Evidence[] {
  const named = partOf(action.intent, 'evidence')
  if (!Array.isArray(named)) return []
  return named.flatMap((piece: Json) => {
    const [kind, id] = [partOf(piece, 'kind'), partOf(piece, 'id')]
    if (typeof kind !== 'string' || typeof id !== 'string') return []
    const pseudonym = naming.pseudonym(kind, id)
    const reader = trace.actions.find(({ returned }) => returned?.read.some((read) => read.id === pseudonym))
    const content = objectNamed(reader?.returned?.content, id)
    return [{ kind, id, readBy: reader?.proposed.action, tool: reader?.proposed.tool, content }]
  })
}

/** The innermost object in an answer that names itself so. */
function objectNamed(value: Json | undefined, id: string): JsonObject | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const part of Object.values(value)) {
    const found = objectNamed(part as Json, id)
    if (found) return found
  }
  return isJsonObject(value) && Object.values(value).includes(id) ? value : undefined
}

function sayEvidence({ kind, id, readBy, tool, content }: Evidence): string {
  // A name that was taken out of what is shown cannot be looked up.
  if (id.startsWith('[redacted: ')) return `${plainly(kind)} ${plainly(id)}`
  const where = readBy === undefined ? 'not read in this run' : `read by ${readBy} ${tool}`
  const rest = content && Object.fromEntries(Object.entries(content).filter(([, value]) => value !== id))
  const said = rest === undefined ? '' : `: ${sayArguments(rest, 240)}`
  return `${plainly(kind)} ${plainly(id)}, ${where}${said}`
}

/** What came after it in its run. */
function nextOf({ trace, action }: TracedWrite): string[] {
  const later = trace.actions.slice(trace.actions.indexOf(action) + 1)
  const { status, code, endedAt, output } = trace
  const why = code === undefined ? '' : ` (${code})`
  const answer = output === undefined || output === null ? '' : `: ${cut(sayValue(output), 200)}`
  return [
    ...later.map((each) => sayLater({ trace, action: each })),
    ...trace.escalations.map(({ escalation, code: reached }) => `escalated: ${reached} → ${escalation}`),
    endedAt === undefined ? `the run is ${status}` : `the run ended ${status}${why}${answer}`,
  ]
}

function sayLater({ trace, action }: TracedWrite): string {
  const { proposed, returned } = action
  const standing =
    proposed.kind === 'write' ? standingOf({ trace, action }) : returned ? sayOutcome(returned) : 'judged'
  const doing = proposed.kind === 'write' && action.intent !== undefined ? `: ${sayIntent(action.intent)}` : ''
  return cut(`${proposed.action} ${proposed.tool} → ${standing}${doing}`, 160)
}

/** `1 write, committed`, `2 writes, 1 committed, 1 denied_by_policy`. */
export function sayStandings(writes: readonly TracedWrite[]): string {
  const counts = new Map<string, number>()
  for (const write of writes) counts.set(standingOf(write), (counts.get(standingOf(write)) ?? 0) + 1)
  const parts = counts.size === 1 ? [...counts.keys()] : [...counts].map(([standing, count]) => `${count} ${standing}`)
  return [counted(writes.length, 'write'), ...parts].join(', ')
}
