/** A run accounted for, action by action: "why did it do that" is answered by rule, facts, citations, approval and effect. */
import { type Json, type JsonObject, partOf } from '../json.ts'
import { counted, cut, plainly, sayArguments, sayCost, sayIntent, sayOutcome, saySubjects, sayValue } from './say.ts'
import type { Trace } from './trace.ts'
import type { TracedAction, TracedJudgement } from './traced-action.ts'
import type { TracedEffect } from './traced-effect.ts'
import type { TracedTurn } from './traced-turn.ts'
import type { TracedWait } from './traced-wait.ts'

/** What the page says under the name of a rule that decided, where the page is kept and says it; and the hash of that page. */
export type RuleText = (rule: string, judged: JudgedBy) => { readonly page: Json; readonly charter: string } | undefined

/** Hashes of the page that the run began with and the one that was in force. */
type JudgedBy = Pick<TracedJudgement, 'charter' | 'in_force'>

/** For a person, in plain lines. */
export function accountOf(trace: Trace, rules: RuleText): string[] {
  return [
    ...heading(trace),
    ...trace.turns.flatMap(accountOfTurn),
    ...trace.actions.flatMap((action) => ['', ...accountOfAction(action, rules, trace)]),
    ...(trace.waits.length > 0 ? ['', ...trace.waits.map((wait) => `waited: ${sayWait(wait, trace)}`)] : []),
    ...trace.escalations.map(
      ({ code, escalation, bound, handoff }) =>
        `escalated: ${code}${bound === undefined ? '' : ` (${bound})`} → ${escalation}${handoff === undefined ? '' : ` ${handoff}`}`,
    ),
    ...(trace.output === undefined || trace.output === null ? [] : ['', `answer: ${sayValue(trace.output)}`]),
  ]
}

function heading({ run, started, status, code, spent, input, recoveries }: Trace): string[] {
  const why = code === undefined ? '' : ` (${code})`
  return fields('', [
    ['run', run],
    ['status', `${status}${why}`],
    ['agent', started?.agent],
    ['for', started?.on_behalf_of],
    ['charter', started?.charter],
    ['grant', started?.grant],
    ['input', input === undefined ? undefined : sayValue(input)],
    [
      'spent',
      [counted(spent.turns, 'turn'), counted(spent.tool_calls, 'tool call'), sayCost(spent.cost_micro_usd)].join(', '),
    ],
    ['recovered', recoveries === 0 ? undefined : counted(recoveries, 'time')],
  ])
}

/** Only what nobody would expect of a turn: that no answer came, or that of another model. */
function accountOfTurn({ turn, failed, why, identity, model, answeredModel }: TracedTurn): string[] {
  const words = why === undefined ? '' : `: ${cut(why, 200)}`
  if (failed !== undefined) return fields('', [['turn', `${turn}: the model did not answer (${failed})${words}`]])
  if (identity !== 'changed') return []
  return fields('', [['turn', `${turn}: ${plainly(answeredModel ?? '')} answered in the place of ${model}`]])
}

/** One action: what was wanted, by which rules it was decided on which facts, who agreed, and what became of it. */
export function accountOfAction(action: TracedAction, rules: RuleText, trace: Pick<Trace, 'endedAt'>): string[] {
  const { proposed, judgements, waits, effects, returned } = action
  const said = action.source === undefined ? sayArguments(action.input, 400) : `unreadable: ${cut(action.source, 200)}`
  const dry = proposed.dry_run ? ' (dry run)' : ''
  return [
    `${proposed.action} ${proposed.tool}${dry} ${said}`.trimEnd(),
    ...fields('  ', [['intent', action.intent === undefined ? undefined : sayIntent(action.intent)]]),
    ...judgements.flatMap((judged) => accountOfJudgement(judged, rules)),
    ...fields(
      '  ',
      waits.map((wait) => [wait.awaits, sayWait(wait, trace)] as const),
    ),
    ...effects.flatMap(accountOfEffect),
    ...fields('  ', [
      ['returned', returned && sayOutcome(returned)],
      ['cost', sayCost(action.costMicroUsd)],
    ]),
  ]
}

function accountOfJudgement(judged: TracedJudgement, rules: RuleText): string[] {
  const { gathered } = judged
  const when = { turn: '', after_wait: ' after the wait', dispatch: ' at dispatch' }[judged.moment]
  const asks = judged.asks.map(({ from, count }) => `${count} of ${from}`).join(' and ')
  const code = judged.code === undefined ? '' : ` ${judged.code}`
  const checked = verdictOf(judged)
  return fields('  ', [
    ['decision', `${judged.decision}${asks === '' ? '' : ` ${asks}`}${code}${when}, stage ${judged.stage}`],
    ...judged.rules.map((rule) => ['rule', sayRule(rule, judged, rules)] as const),
    ['because', judged.detail === undefined ? undefined : sayValue(judged.detail)],
    ['subjects', gathered && saySubjects(gathered.subjects ?? [])],
    ['facts', gathered && sayArguments(gathered.facts, 400)],
    ['citations', gathered && sayCitations(gathered)],
    ['check', checked === undefined || checked === true ? undefined : sayValue(checked)],
    ['page', judged.charter === judged.in_force ? undefined : `${judged.charter} ∩ ${judged.in_force} now in force`],
  ])
}

function sayRule(rule: string, judged: JudgedBy, rules: RuleText): string {
  const said = rules(rule, judged)
  if (said === undefined) return rule
  const text = typeof said.page === 'object' ? JSON.stringify(said.page) : String(said.page)
  const isLater = judged.charter !== judged.in_force && said.charter === judged.in_force
  return `${rule}: ${text}${isLater ? ' (of the page now in force)' : ''}`
}

function sayCitations({ citations, unread, intentHolds }: JsonObject): string | undefined {
  const missing = Array.isArray(unread) && unread.length > 0 ? `, not read: ${JSON.stringify(unread)}` : ''
  if (citations === 0 && missing === '' && intentHolds !== true) return undefined
  return `${String(citations)} read in this run${missing}`
}

/** A question that the end of its run took back waits for nobody any more. */
function sayWait(
  { id, outcome, by, reason, message, at, until, wokenAt }: TracedWait,
  { endedAt }: Pick<Trace, 'endedAt'>,
): string {
  if (outcome === undefined && endedAt !== undefined) return `${id} was not answered before the run ended`
  if (outcome === undefined) return `${id} waits${until === undefined ? '' : ` until ${sayTime(until)}`}`
  const people = by.length > 0 ? ` by ${by.join(', ')}` : ''
  const after = wokenAt === undefined ? '' : ` after ${((wokenAt - at) / 1000).toFixed(1)} s`
  const words = [reason, message].filter((said) => said !== undefined).map((said) => `: ${sayValue(said)}`)
  return `${id} ${outcome}${people}${after}${words.join('')}`
}

function accountOfEffect(effect: TracedEffect): string[] {
  const { attempts, status, key, approval, settledBy, doubled } = effect
  const said = attempts.map(
    ({ attempt, outcome, why, said }) =>
      `${attempt} ${outcome}${why === undefined ? '' : ` (${why})`}${said === undefined ? '' : `: ${said}`}`,
  )
  const by = settledBy === undefined || settledBy === 'attempt' ? '' : ` by ${settledBy}`
  return fields('  ', [
    ['effect', `${status}${by}, key ${key}${approval === undefined ? '' : `, under ${approval}`}`],
    ['attempts', said.join(', ')],
    ['answered', effect.result === undefined ? undefined : sayAnswer(effect.result)],
    ['open', effect.givenUp && sayGivenUp(effect.effect, effect.givenUp)],
    ['doubled', doubled],
  ])
}

/** What the other side gave back: the number that it knows the write by stands there. */
const sayAnswer = (result: Json): string => sayArguments(result, 400) || sayValue(result)

function sayGivenUp(effect: string, { lookAt }: NonNullable<TracedEffect['givenUp']>): string {
  const looks = lookAt === undefined ? 'not looked for by itself' : `looked for again after ${sayTime(lookAt)}`
  return `nothing more is sent, ${looks}; charter effect settle ${effect}`
}

export const verdictOf = ({ gathered }: TracedJudgement): Json | undefined => partOf(gathered?.check, 'verdict')

const sayTime = (ms: number): string => new Date(ms).toISOString()

const widest = 'citations'.length

/** `name  value` under one another; what has no value is left out. */
export const fields = (indent: string, named: readonly (readonly [string, string | undefined])[]): string[] =>
  named.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${indent}${name.padEnd(widest)}  ${value}`],
  )
