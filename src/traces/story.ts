/**
 * The story of a run as plain lines, one for each thing that a person would tell: what the agent wanted, what judgement
 * said and by which rule, who was asked, what was sent, what it cost. Each line has a key, so that whoever streams a
 * story says each thing once.
 */
import { counted, cut, sayArguments, sayCost, sayOutcome } from './say.ts'
import type { Trace, TracedEscalation } from './trace.ts'
import type { TracedAction, TracedJudgement } from './traced-action.ts'
import type { TracedEffect } from './traced-effect.ts'
import type { TracedTurn } from './traced-turn.ts'
import type { TracedWait } from './traced-wait.ts'

export interface StoryLine {
  readonly key: string
  readonly at: number
  /** How far below the run it stands: 0 the run, 1 an action, 2 what became of it. */
  readonly depth: 0 | 1 | 2
  readonly text: string
}

export function storyOf(trace: Trace): readonly StoryLine[] {
  const middle = [
    ...trace.actions.flatMap(storyOfAction),
    ...trace.turns.flatMap(storyOfTurn),
    ...trace.escalations.map(sayEscalation),
    ...trace.waits.flatMap((wait) => storyOfWait('run', wait, 1)),
  ]
  // A stable sort: what happened in one commit stays in the order in which it is told.
  return [...beginning(trace), ...middle.sort((a, b) => a.at - b.at), ...ending(trace)]
}

function storyOfTurn({ turn, at, failed, why }: TracedTurn): readonly StoryLine[] {
  if (failed === undefined) return []
  const words = why === undefined ? '' : `: ${why}`
  return [line(`turn:${turn}:${at}`, at, 1, `turn ${turn}: the model did not answer (${failed})${words}`)]
}

/** For a screen without a place for keys. */
export const sayStory = (lines: readonly StoryLine[]): string[] =>
  lines.map(({ depth, text }) => `${'  '.repeat(depth)}${text}`)

const line = (key: string, at: number, depth: StoryLine['depth'], text: string): StoryLine => ({ key, at, depth, text })

function beginning({ run, started, startedAt, input }: Trace): StoryLine[] {
  if (!started) return []
  const forWhom = started.on_behalf_of === undefined ? '' : ` for ${started.on_behalf_of}`
  const about = started.start_key ?? sayArguments(input, 60)
  return [line('started', startedAt, 0, `${run} ${started.agent}${forWhom}${about === '' ? '' : ` · ${about}`}`)]
}

function ending({ status, code, spent, endedAt }: Trace): StoryLine[] {
  if (endedAt === undefined) return []
  const why = code === undefined ? '' : ` (${code})`
  return [
    line('ended', endedAt, 0, `${status}${why} · ${counted(spent.turns, 'turn')} · ${sayCost(spent.cost_micro_usd)}`),
  ]
}

function storyOfAction(action: TracedAction): StoryLine[] {
  const { proposed, judgements, waits, effects } = action
  const id = proposed.action
  const first = judgements[0]
  // Said once it was judged, so that the line does not change afterwards.
  const opening = first ? [line(`${id}:judged`, first.at, 1, sayDecision(action, first))] : sayUnjudged(action)
  return [
    ...opening,
    ...waits.flatMap((wait) => storyOfWait(id, wait, 2)),
    ...judgements.slice(1).map((judged, index) => sayAgain(id, judged, index)),
    ...effects.flatMap(sayEffect),
    ...sayReturned(action),
  ]
}

function sayDecision(action: TracedAction, judged: TracedJudgement): string {
  const detail = typeof judged.detail === 'string' ? `: ${cut(judged.detail, 100)}` : ''
  return `${sayCall(action)} → ${judged.decision}${byRules(judged)}${detail} · ${sayCost(action.costMicroUsd)}`
}

const sayCall = ({ proposed, input, source }: TracedAction): string => {
  const dry = proposed.dry_run ? ' (dry run)' : ''
  const edited = proposed.edited_by ? ` (edited by ${proposed.edited_by.by})` : ''
  const said = source === undefined ? sayArguments(input) : 'with arguments that cannot be read'
  return [proposed.action, `${proposed.tool}${dry}${edited}`, said].filter((part) => part !== '').join(' ')
}

/** The rules are the answer to "why"; a code alone stands where no rule of the page was needed. */
function byRules({ code, rules, asks }: TracedJudgement): string {
  const asked = asks.map(({ from, count }) => `${count} of ${from}`).join(' and ')
  const by = rules.length > 0 ? ` by ${rules.join(', ')}` : ''
  return `${asked === '' ? '' : ` ${asked}`}${code === undefined ? '' : ` ${code}`}${by}`
}

function sayUnjudged(action: TracedAction): StoryLine[] {
  const { returned, proposed } = action
  if (!returned) return []
  const outcome = returned.code ?? returned.outcome
  return [
    line(
      `${proposed.action}:judged`,
      returned.at,
      1,
      `${sayCall(action)} → ${outcome} · ${sayCost(action.costMicroUsd)}`,
    ),
  ]
}

function sayAgain(id: string, judged: TracedJudgement, index: number): StoryLine {
  const when = judged.moment === 'dispatch' ? 'at dispatch' : 'after the wait'
  return line(`${id}:judged:${index + 2}`, judged.at, 2, `judged again ${when} → ${judged.decision}${byRules(judged)}`)
}

function storyOfWait(owner: string, wait: TracedWait, depth: 1 | 2): StoryLine[] {
  const { awaits, id, until, at, outcome, wokenAt, by } = wait
  const whom = awaits === 'requester' ? 'the requester' : awaits
  const bound = until === undefined ? '' : ` until ${new Date(until).toISOString()}`
  const waits = line(`${owner}:${id}:waits`, at, depth, `waits for ${whom} ${id}${bound}`)
  if (outcome === undefined || wokenAt === undefined) return [waits]
  const people = by.length > 0 && outcome !== 'expired' ? ` by ${by.join(', ')}` : ''
  const reason = typeof wait.reason === 'string' ? `: ${cut(wait.reason, 100)}` : ''
  return [waits, line(`${owner}:${id}:${outcome}`, wokenAt, depth, `${awaits} ${id} ${outcome}${people}${reason}`)]
}

/** Each outcome as it came, because what was told is told: an attempt may be unknown first and committed in the end. */
function sayEffect({ effect, outcomes, key, doubled }: TracedEffect): StoryLine[] {
  return outcomes.map(({ at, attempt, sent, outcome, said }, index) => {
    const tries = counted(sent, 'attempt')
    const by = said === 'attempt' || said === '' ? '' : ` by ${said}`
    const twice = doubled === undefined ? '' : ', and the world has it twice'
    const text = {
      committed: `effect committed${by} · ${tries} · ${key}${twice}`,
      not_committed: `effect not committed${by} · attempt ${attempt} of ${sent} · ${key}`,
      unknown: `attempt ${attempt} unknown: ${said.replaceAll('_', ' ')} · ${key}`,
      given_up: `nothing more is sent${said === 'unknown' ? `: charter effect settle ${effect}` : ''}`,
    }[outcome]
    return line(`${effect}:${index}`, at, 2, text)
  })
}

/** Only what the lines before do not say already. */
function sayReturned({ proposed, returned, judgements }: TracedAction): StoryLine[] {
  if (!returned || judgements.length === 0) return []
  const known = returned.outcome === 'refused' && judgements.at(-1)?.code === returned.code
  if (known || (returned.outcome === 'result' && proposed.kind === 'write')) return []
  return [line(`${proposed.action}:returned`, returned.at, 2, sayOutcome(returned))]
}

function sayEscalation({ at, escalation, code, bound, handoff }: TracedEscalation): StoryLine {
  const reached = bound === undefined ? '' : ` (${bound})`
  const to = handoff === undefined ? '' : ` ${handoff}`
  return line(`escalated:${at}`, at, 1, `escalated: ${code}${reached} → ${escalation}${to}`)
}
