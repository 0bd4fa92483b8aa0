/**
 * Writes `docs/reference/events.md` from the table of events.
 *
 *   node scripts/generate-event-reference.ts
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { markdownTable } from './docs/markdown-table.ts'
import { type EventEntry, events } from './event-table.ts'

export const eventReferenceFile = path.resolve(import.meta.dirname, '../docs/reference/events.md')

const opening = `# Events

The ledger is streams of events: one for each run, its outcome, each approval, handoff, grant, stop and incident, one for each agent's
page and each of its weeks that was reviewed, one for each tool and one for each engine. An event has a tenant, a stream, its place in
the stream (\`seq\`), a \`type\`, the version of
its body's shape (\`v\`), a time by the database's clock (\`at\`), an \`actor\`, a \`body\`, and the hash of the one before it.
Bodies hold ids, enums, numbers, hashes and keyed pseudonyms; whatever people and models say is *sealed* beside the event,
encrypted, and named there by the hash of the ciphertext.

What an event means never changes under its type and version. This page is made from \`scripts/event-table.ts\` by
\`scripts/generate-event-reference.ts\`.

## Engines

A run pins the number of the engine that began it (\`run.started\`, \`engine\`). A change in what a stored event means is a new
number, with its story here; the list is only ever added to. A run of an engine that this Charter does not know, or with an
event that it does not know, is left as it is: \`ledger_newer\`.

| engine | since | what changed |
|---|---|---|
| 1 | 0.1.0 | the first |
`

interface StreamOfEvents {
  readonly stream: string
  readonly about: string
  /** The first words of the types that stand in it. */
  readonly nouns: readonly string[]
}

const streams: readonly StreamOfEvents[] = [
  {
    stream: 'run/<id>',
    about:
      'One run. After its first event only the holder of its lease appends, but for the late outcome of an attempt.',
    nouns: ['run', 'turn', 'action', 'effect'],
  },
  { stream: 'approval/<id>', about: 'One question to people about one exact action.', nouns: ['approval'] },
  { stream: 'handoff/<id>', about: 'One run that was given to people.', nouns: ['handoff'] },
  { stream: 'outcome/<run>', about: 'Whether one run reached what it was for.', nouns: ['outcome'] },
  {
    stream: 'review/<environment>:<agent>:<week>',
    about: 'The record of one week of one agent.',
    nouns: ['review'],
  },
  { stream: 'grant/<id>', about: 'What an agent may do for one task.', nouns: ['grant'] },
  { stream: 'stop/<id>', about: 'A lowering of stage for a scope.', nouns: ['stop'] },
  {
    stream: 'incident/<id>',
    about: 'Something that went wrong, and the runs that are kept for it.',
    nouns: ['incident'],
  },
  { stream: 'charter/<environment>:<agent>', about: 'The pages of one agent.', nouns: ['charter'] },
  { stream: 'release/<hash>', about: 'What exactly ran.', nouns: ['release'] },
  { stream: 'tool/<name>', about: 'The circuit breaker of one tool.', nouns: ['breaker'] },
  { stream: 'erasure/<stream>', about: 'What was erased of one stream.', nouns: ['payload'] },
  { stream: 'retention/<id>', about: 'One sweep through what is kept.', nouns: ['retention'] },
  {
    stream: 'subject/register',
    about: 'Erasures of people and things, in the order they were given.',
    nouns: ['subject'],
  },
  { stream: 'hold/register', about: 'Legal holds, in the order they were placed.', nouns: ['hold'] },
  { stream: 'engine/<id>', about: 'What one engine holds of budgets that many runs share.', nouns: ['slice'] },
]

export function eventReference(): string {
  return [opening, ...streams.map(streamSection)].join('\n')
}

function streamSection({ stream, about, nouns }: StreamOfEvents): string {
  const own = Object.entries<EventEntry>(events).filter(([type]) => nouns.includes(type.split('.')[0] ?? ''))
  return [`## \`${stream}\`\n`, `${about}\n`, ...own.map(([type, entry]) => eventSection(type, entry))].join('\n')
}

function eventSection(type: string, { about, body }: EventEntry): string {
  const rows = Object.entries(body).map(([part, says]) => [`\`${part}\``, says])
  return `### ${type}\n\n${about}\n\n${markdownTable(['part', 'says'], rows)}\n`
}

if (import.meta.main) writeFileSync(eventReferenceFile, eventReference())
