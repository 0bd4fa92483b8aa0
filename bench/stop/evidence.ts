/** The records, ordered so that one stop after the other can be held against them. */
import type { Attempt, Records } from './records.ts'
import { type Writer, writerIn } from './tickets.ts'

/** A write that came to the vendor, or that it carried out. */
export interface Came {
  readonly at: number
  readonly key: string
  readonly writer: Writer
}

/** The tool was called, and came back; infinity where its process was killed. */
interface Send {
  readonly begun: number
  readonly ended: number
  readonly writer: Writer
}

export interface Evidence {
  readonly attempts: readonly Attempt[]
  readonly attemptsOf: ReadonlyMap<string, readonly Attempt[]>
  readonly came: readonly Came[]
  readonly cameOf: ReadonlyMap<string, readonly Came[]>
  readonly done: readonly Came[]
  readonly sends: readonly Send[]
  /** When tools opened their sockets, by key. */
  readonly sentOf: ReadonlyMap<string, readonly { readonly at: number }[]>
  /** Proposals whose words the vendor never saw. */
  readonly unseen: readonly { readonly at: number; readonly writer: Writer }[]
}

export function evidenceIn({ arrivals, commits, attempts, diary }: Records): Evidence {
  const came = arrivals.flatMap(({ at, idempotency_key: key, path }) => cameAs(at, key, path))
  return {
    attempts,
    attemptsOf: Map.groupBy(attempts, ({ key }) => key),
    came,
    cameOf: Map.groupBy(came, ({ key }) => key),
    done: commits.flatMap(({ at, idempotency_key: key, ticket }) => cameAs(at, key, ticket ?? '')),
    sends: sendsIn(diary),
    sentOf: Map.groupBy(
      diary.filter((entry) => 'sent' in entry),
      ({ sent }) => sent,
    ),
    unseen: unseenIn(diary, new Set(arrivals.map(({ body }) => wordsIn(body)))),
  }
}

function cameAs(at: number, key: string | null, text: string): readonly Came[] {
  const writer = writerIn(text)
  return writer && key !== null ? [{ at, key, writer }] : []
}

/** A body that was cut off says nothing. */
function wordsIn(body: string): string {
  try {
    return String(JSON.parse(body).body)
  } catch {
    return ''
  }
}

function unseenIn(diary: Records['diary'], seen: ReadonlySet<string>): Evidence['unseen'] {
  return diary.flatMap((entry) => {
    if (!('proposed' in entry) || seen.has(entry.proposed)) return []
    const writer = writerIn(entry.proposed)
    return writer ? [{ at: entry.at, writer }] : []
  })
}

function sendsIn(diary: Records['diary']): readonly Send[] {
  const ended = new Map(diary.flatMap((entry) => ('ended' in entry ? [[nameOf(entry.ended, entry), entry.at]] : [])))
  return diary.flatMap((entry) => {
    const writer = 'begun' in entry ? writerIn(entry.ticket) : undefined
    if (!('begun' in entry) || !writer) return []
    return [{ begun: entry.at, ended: ended.get(nameOf(entry.begun, entry)) ?? Number.POSITIVE_INFINITY, writer }]
  })
}

/** How long it took each write from its tool to the vendor's log, where it is plain which arrival was which. */
export function wireMs({ sentOf, cameOf }: Evidence): readonly number[] {
  return [...sentOf].flatMap(([key, sent]) => {
    const came = cameOf.get(key) ?? []
    return came.length === sent.length ? came.map(({ at }, place) => at - (sent[place]?.at ?? at)) : []
  })
}

const nameOf = (key: string, { attempt }: { attempt: number }): string => `${key}#${attempt}`
