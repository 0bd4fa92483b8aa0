/**
 * How far an exporter has come, in a file of its own. A collector that has acknowledged spans may still hold them in
 * memory and lose them in a crash, so a position counts as settled only some time after it was acknowledged; from the
 * settled one on everything is sent again when the collector was away. The same spans have the same ids.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CharterError } from '../errors.ts'
import { isJsonObject, type Json } from '../json.ts'

export interface Acknowledged {
  readonly position: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface Progress {
  /** All up to here is with the collector, and was for a while. */
  readonly settled: number
  /** Acknowledged since, oldest first. */
  readonly acknowledged: readonly Acknowledged[]
}

export const noProgress: Progress = { settled: 0, acknowledged: [] }

/** So long a collector may hold in memory what it has acknowledged. */
export const settlesAfterMs = 10_000

export const positionOf = ({ settled, acknowledged }: Progress): number => acknowledged.at(-1)?.position ?? settled

/** A collector that was there all the time has by now written what it acknowledged a while ago. */
export function settle(progress: Progress, now: number): Progress {
  const { acknowledged } = progress
  const since = acknowledged.filter(({ at }) => at > now - settlesAfterMs)
  const before = acknowledged[acknowledged.length - since.length - 1]
  return before ? { settled: before.position, acknowledged: since } : progress
}

export function acknowledge(progress: Progress, position: number, now: number): Progress {
  const { settled, acknowledged } = settle(progress, now)
  return { settled, acknowledged: [...acknowledged, { position, at: now }] }
}

/** Where to go on after the collector was lost at that time. */
export const rewind = (progress: Progress, lostAt: number): Progress => ({
  settled: settle(progress, lostAt).settled,
  acknowledged: [],
})

export interface Cursor {
  /** Whose progress it is: where a file holds another's, nothing of it is used. */
  readonly of: string
  /** Of an exporter that did not come to its end only what had settled by then: nobody looked after the rest. */
  load(): Progress
  keep(progress: Progress, hasEnded: boolean): void
}

export function fileCursor(file: string, of: string): Cursor {
  return {
    of,
    load: () => progressIn(readOr(file), of),
    keep: (progress, hasEnded) => {
      mkdirSync(path.dirname(file), { recursive: true })
      // Whole or not at all: a process that dies in the middle leaves the one before.
      writeFileSync(`${file}.new`, `${JSON.stringify({ version: 1, of, ...progress, ended: hasEnded })}\n`, {
        flush: true,
      })
      renameSync(`${file}.new`, file)
    },
  }
}

function readOr(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new CharterError('usage', `the cursor \`${file}\` cannot be read`, {
      param: '--cursor',
      hint: 'remove it: everything is then exported again, under the same ids',
      cause,
    })
  }
}

function progressIn(kept: Json, of: string): Progress {
  if (!isJsonObject(kept) || kept.of !== of) return noProgress
  const { settled, acknowledged } = kept
  if (typeof settled !== 'number' || !Array.isArray(acknowledged)) return noProgress
  const marks: readonly Json[] = acknowledged
  return { settled, acknowledged: kept.ended === true ? marks.flatMap(markIn) : [] }
}

function markIn(mark: Json): readonly Acknowledged[] {
  if (!isJsonObject(mark) || typeof mark.position !== 'number' || typeof mark.at !== 'number') return []
  return [{ position: mark.position, at: mark.at }]
}
