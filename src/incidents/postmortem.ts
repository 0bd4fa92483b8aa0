/**
 * Drafts a postmortem from what the ledger knows: facts with their numbers, what is not known, and questions. Causes are
 * for people: where one would stand, the draft leaves a place. It holds no content of runs, only ids, codes and numbers.
 */
import { counted, plainly } from '../traces/say.ts'
import { type Impact, impactOf } from './impact.ts'
import { howItWasStopped, openEffects, sayImpact } from './postmortem-impact.ts'
import type { IncidentStory } from './read-incident.ts'
import { cell, countsOf, items, listed, scopeOf, time } from './say-incident.ts'
import type { TimelineEntry } from './timeline.ts'

export interface PostmortemParts {
  readonly story: IncidentStory
  /** When it is drafted, milliseconds since 1970. */
  readonly at: number
  /** More runs belonged to the scope than were pinned. */
  readonly isCut: boolean
}

/** Markdown, ending with a newline. */
export function draftPostmortem(parts: PostmortemParts): string {
  const { story } = parts
  const impact = impactOf(story.traces)
  const sections = [
    heading(parts),
    whatHappened(parts),
    howItWasStopped(story, impact),
    sayImpact(impact),
    openEffects(impact),
    decisionsMade(story, impact),
    whatRan(story),
    notKnown(parts, impact),
    theTimeline(story),
    questions(story),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** Enough to see the shape of it; the whole stands in `timeline.tsv` beside the page. */
const mostLines = 120

function heading({ story, at }: PostmortemParts): string[] {
  const { row, owner, onCall } = story
  return [
    `# Postmortem of ${row.incident} (draft)`,
    '',
    `Drafted ${time(at)} from the ledger. Numbers are facts; causes and conclusions are for people to write, and nothing here names one.`,
    '',
    ...items([
      ['Owner of the agent', owner],
      ['On call', onCall],
      ['Opened by', `${row.opened_by}, ${time(row.opened_at)}`],
      ['Status', row.status],
      ['Written by', '(name)'],
      ['Reviewed by', '(name), on (date)'],
    ]),
  ]
}

function whatHappened({ story }: PostmortemParts): string[] {
  const { row, opened, reason, runs, traces } = story
  const trace = traces.find(({ run }) => run === row.run)
  const statuses = countsOf(runs.map(({ status, reason: why }) => (why === null ? status : `${status} (${why})`)))
  return [
    '## What happened',
    '',
    `${row.opened_by} opened this incident on run \`${row.run}\` of ${row.agent} (${row.environment})${reason === undefined ? '' : `, saying: ${plainly(reason)}`}.`,
    `It takes in ${counted(runs.length, 'run')} of ${scopeOf(opened)} from ${time(opened.since)} on: ${statuses}.`,
    ...(trace ? [`The run began ${time(trace.startedAt)} and stands as ${trace.status}.`] : []),
    '',
    '(What a customer or colleague would say happened, in three sentences.)',
  ]
}

function decisionsMade({ traces }: IncidentStory, { refused }: Impact): string[] {
  const judged = traces.flatMap(({ actions }) => actions.flatMap(({ judgements }) => judgements.slice(-1)))
  const rules = countsOf(judged.flatMap((each) => each.rules))
  const people = traces.flatMap(({ actions, waits }) => [...waits, ...actions.flatMap((action) => action.waits)])
  const answered = people.map(({ awaits, outcome, by }) =>
    [awaits, outcome ?? 'open', by.length > 0 ? `by ${by.join(', ')}` : ''].join(' ').trim(),
  )
  return [
    '## What was decided',
    '',
    ...items([
      ['Actions', `${counted(judged.length, 'action')}: ${countsOf(judged.map(({ decision }) => decision)) || 'none'}`],
      [
        'Refused',
        Object.entries(refused)
          .map(([code, count]) => `${count} ${code}`)
          .join(', ') || 'nothing',
      ],
      ['By these rules', rules || 'none'],
      ['People', countsOf(answered) || 'nobody was asked'],
    ]),
  ]
}

function whatRan({ traces, timeline, opened }: IncidentStory): string[] {
  const changes = timeline.filter(({ stream }) => /^(?:charter|release)\//.test(stream))
  return [
    '## What ran, and what had changed',
    '',
    ...items([
      ['Pages', listed(traces.map(({ started }) => started?.charter)) || 'none'],
      ['Releases', listed(traces.map(({ started }) => started?.release.hash)) || 'none'],
      [
        'Models that answered',
        listed(traces.flatMap(({ turns }) => turns.map(({ answeredModel }) => answeredModel))) || 'none',
      ],
    ]),
    '',
    changes.length === 0
      ? `Neither page nor release changed since ${time(opened.since)}.`
      : 'Changed in that time (before is not because):',
    ...changes.map(({ at, who, what }) => `- ${time(at)} ${plainly(what)}, by ${plainly(who)}`),
  ]
}

function notKnown({ story, isCut }: PostmortemParts, { writes }: Impact): string[] {
  const unknown = writes.filter(({ status }) => status === 'unknown' || status === 'dispatched').length
  const erased = writes.filter(({ isErased }) => isErased).length
  const running = story.runs.filter(({ ended_at: ended }) => ended === null).length
  const points = [
    ...(unknown > 0 ? [`${counted(unknown, 'write')}: whether it happened.`] : []),
    ...(erased > 0 ? [`${counted(erased, 'write')}: how much it moved; its content was deleted.`] : []),
    ...(running > 0 ? [`${counted(running, 'run')} had not ended when this was drafted.`] : []),
    ...(isCut ? ['More runs were at work in this scope than were pinned: open another incident, or pin more.'] : []),
    'Why the model proposed what it did: a model gives no reasons that can be checked.',
    'What happened in other systems without passing through Charter.',
  ]
  return ['## What is not known', '', ...points.map((point) => `- ${point}`)]
}

function theTimeline({ timeline, row }: IncidentStory): string[] {
  const ours = timeline.filter(({ stream }) => stream === `run/${row.run}` || !stream.startsWith('run/'))
  const shown = ours.slice(-mostLines)
  const left = timeline.length - shown.length
  return [
    '## Timeline',
    '',
    `The run itself, and what people and the house did meanwhile.${left > 0 ? ` ${counted(left, 'more line')} in \`timeline.tsv\`.` : ''}`,
    '',
    '| at | what | who |',
    '|---|---|---|',
    ...shown.map(({ at, what, who }: TimelineEntry) => `| ${time(at)} | ${cell(what)} | ${cell(who)} |`),
  ]
}

function questions({ row }: IncidentStory): string[] {
  return [
    '## Questions to answer',
    '',
    '- What was the first sign, and who saw it? How long after the first write?',
    '- Was everything that was sent within the page as it is written? If so, which bound of the page is too wide?',
    '- Which rule, check or person could have refused it, and why did it not?',
    '- Did the model act on something that it had read from outside? Where did that stand?',
    '- Did the stop come as fast as it could, and did the one who saw it know how?',
    '- What is still wrong in other systems, and who mends it until when?',
    `- Which case goes beside the page (\`charter policy test\`) so that this cannot come back unnoticed? (Run \`${row.run}\`.)`,
    '',
    '## Causes',
    '',
    '(For people to write. More than one; a name of a person is not one.)',
    '',
    '## What changes',
    '',
    '| what | who | until | how it will be seen that it works |',
    '|---|---|---|---|',
    '| | | | |',
  ]
}
