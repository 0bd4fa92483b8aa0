/** The story of one write: why it was wanted, which rule allowed it on which facts, who agreed, what became of it. */
import type { Json, JsonObject } from '../json.ts'
import { isJsonObject, partOf } from '../json.ts'
import { effectIdOf } from '../runs/effect-key.ts'
import type { RuleText } from '../traces/account.ts'
import { plainly, saySubjects, sayValue } from '../traces/say.ts'
import type { Trace } from '../traces/trace.ts'
import { actionDocument } from '../traces/trace-document.ts'
import type { TracedAction, TracedJudgement } from '../traces/traced-action.ts'
import type { TracedEffect } from '../traces/traced-effect.ts'
import type { TracedWait } from '../traces/traced-wait.ts'

export interface WrittenEffect {
  readonly action: TracedAction
  readonly effect: TracedEffect
}

/** A heading with what stands under it, for people: label and text. */
export interface StorySection {
  readonly title: string
  readonly rows: readonly (readonly [label: string, text: string])[]
}

/** Nothing where the run has no such effect. */
export function effectIn({ run, actions }: Trace, effect: string): WrittenEffect | undefined {
  const action = actions.find(({ proposed }) => effectIdOf(run, proposed.action) === effect)
  const written = action?.effects.find((one) => one.effect === effect)
  return action && written && { action, effect: written }
}

/** For a program; what its fields are stands in docs/reference/evidence.md. */
export function storyDocument(trace: Trace, { action, effect }: WrittenEffect, rules: RuleText): JsonObject {
  const { started, run, input } = trace
  return {
    run,
    agent: started?.agent ?? null,
    environment: started?.environment ?? null,
    on_behalf_of: started?.on_behalf_of ?? null,
    charter: started?.charter ?? null,
    release: started ? { ...started.release } : null,
    grant: started?.grant ?? null,
    input: input ?? null,
    started_at: trace.startedAt,
    write: actionDocument(action, rules),
    external: { key: effect.key, answer: effect.result ?? null },
  }
}

export function storySections(trace: Trace, written: WrittenEffect, rules: RuleText): readonly StorySection[] {
  const { action, effect } = written
  return [
    { title: 'What was done', rows: doneRows(written) },
    { title: 'Who did it', rows: whoRows(trace) },
    { title: 'Why', rows: whyRows(action) },
    ...howItWasDecided(action, rules),
    { title: 'What became of it', rows: outcomeRows(effect) },
  ]
}

/** Decisions and questions to people as they came. */
function howItWasDecided({ judgements, waits }: TracedAction, rules: RuleText): readonly StorySection[] {
  const decided = judgements.map((judged) => ({
    at: judged.at,
    section: { title: decisionTitle(judged), rows: decisionRows(judged, rules) },
  }))
  const asked = waits.map((wait) => ({
    at: wait.at,
    section: { title: `Asked of people: ${wait.awaits} ${wait.id}`, rows: waitRows(wait) },
  }))
  return [...decided, ...asked].sort((a, b) => a.at - b.at).map(({ section }) => section)
}

type Rows = [string, string][]

/** It was there when the write was decided: nothing must read as if it had never been. */
const notHere = 'not shown: withheld, or no longer kept'

function doneRows({ action, effect }: WrittenEffect): Rows {
  const { tool, version, action: id, kind } = action.proposed
  return rowsOf([
    ['effect', effect.effect],
    ['status', effect.status],
    ['action', id],
    ['tool', `${tool}${version === undefined ? '' : ` version ${version}`}${kind === undefined ? '' : `, a ${kind}`}`],
    ...(action.input === undefined ? [['arguments', notHere] as const] : partRows('argument', action.input)),
    ['edited by', action.proposed.edited_by && `${action.proposed.edited_by.by} of ${action.proposed.edited_by.group}`],
  ])
}

function whoRows({ run, started, input, startedAt }: Trace): Rows {
  return rowsOf([
    ['agent', started?.agent],
    ['on behalf of', started?.on_behalf_of],
    ['environment', started?.environment],
    ['run', run],
    ['started', sayAt(startedAt)],
    ['asked for', input === undefined ? notHere : sayValue(input)],
    ['charter', started?.charter],
    ['release', started?.release.hash],
    ['grant', started?.grant],
  ])
}

/** Intent stands with the arguments, and is lost with them. */
function whyRows({ intent, input }: TracedAction): Rows {
  if (input === undefined) return [['intent', notHere]]
  if (!isJsonObject(intent)) return [['intent', 'none was stated']]
  const { doing, allowed_by: allowedBy, evidence } = intent
  return rowsOf([
    ['doing', plainly(String(doing))],
    ['allowed by', plainly(String(allowedBy))],
    ['evidence cited', saySubjects(evidence ?? [])],
  ])
}

const moments = { turn: 'when it was proposed', after_wait: 'after the wait', dispatch: 'at dispatch' } as const

const decisionTitle = ({ decision, moment }: TracedJudgement): string => `Decided ${moments[moment]}: ${decision}`

function decisionRows(judged: TracedJudgement, rules: RuleText): Rows {
  const { gathered, at, stage, asks, code, detail } = judged
  return rowsOf([
    ['at', sayAt(at)],
    ['stage', stage],
    ['code', code],
    ['because', detail === undefined ? undefined : sayValue(detail)],
    ...judged.rules.map((rule) => ['rule', sayRule(rule, judged, rules)] as const),
    ['asked for', asks.map(({ from, count }) => `${count} of ${from}`).join(' and ')],
    ['judged on', judged.judged !== undefined && gathered === undefined ? notHere : undefined],
    ['subjects', gathered && saySubjects(gathered.subjects ?? [])],
    ...partRows('fact', gathered?.facts),
    ['own check', gathered && sayCheck(partOf(gathered.check, 'verdict'))],
    ['cited and read', gathered && sayValue(gathered.citations ?? null)],
    ['cited, not read', gathered && saySubjects(gathered.unread ?? [])],
    ['page in force', judged.in_force],
    ['policies', judged.policy_set],
  ])
}

function sayRule(rule: string, judged: TracedJudgement, rules: RuleText): string {
  const said = rules(rule, judged)
  return said === undefined ? rule : `${rule}: ${sayValue(said.page)}, on page ${said.charter}`
}

const sayCheck = (verdict: Json | undefined): string | undefined =>
  verdict === undefined ? undefined : verdict === true ? 'passed' : `refused: ${sayValue(verdict)}`

function waitRows({ at, until, outcome, by, group, wokenAt, reason, message }: TracedWait): Rows {
  return rowsOf([
    ['asked', sayAt(at)],
    ['until', until === undefined ? undefined : sayAt(until)],
    ['answer', outcome ?? 'none yet'],
    ['by', by.join(', ')],
    ['of', group],
    ['answered', wokenAt === undefined ? undefined : sayAt(wokenAt)],
    ['reason', reason === undefined ? undefined : sayValue(reason)],
    ['message', message === undefined ? undefined : sayValue(message)],
  ])
}

function outcomeRows(effect: TracedEffect): Rows {
  const { attempts, key, approval, settledBy, doubled, result, output } = effect
  return rowsOf([
    ...attempts.map(
      ({ attempt, at, outcome, why, said }) =>
        [
          `attempt ${attempt}`,
          [`sent ${sayAt(at)}`, outcome, why, said].filter((part) => part !== undefined).join(', '),
        ] as const,
    ),
    ['settled by', settledBy],
    ['under approval', approval],
    ['key sent to the vendor', key],
    ...(output === 'accepted' && result === undefined
      ? [['vendor said', notHere] as const]
      : partRows('vendor said', result)),
    ['done twice', doubled],
  ])
}

/** Each part in a row of its own; nothing where it is not kept. */
function partRows(label: string, value: Json | undefined): (readonly [string, string])[] {
  if (value === undefined || value === null) return []
  if (!isJsonObject(value)) return [[label, sayValue(value)]]
  return Object.entries(value).map(([name, part]) => [`${label} ${sayValue(name)}`, sayValue(part)] as const)
}

const rowsOf = (rows: readonly (readonly [string, string | undefined])[]): Rows =>
  rows.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [[label, text] as [string, string]]))

const sayAt = (ms: number): string => new Date(ms).toISOString()
