/**
 * What changed between two pages, and of each change whether it widens or narrows what the agent may do. Every key of the
 * table has an order of its own; a change whose effect nobody can tell counts as widening.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../json.ts'
import { isEnforced } from './key.ts'
import { pageKey } from './keys.ts'
import { at, type Key, type Part } from './kind.ts'
import { type Effect, effectOf } from './order.ts'
import type { Page } from './page.ts'
import { writtenOf } from './written.ts'

export interface PageChange {
  /** Dotted, as on the page: `tools.request_refund.max_amount_usd`. */
  readonly path: string
  /** As a page would say it; null where the key is absent, a hash where a file stands. */
  readonly before: Json
  readonly after: Json
  readonly effect: Effect
  /** For people: what changed, and why it counts as it does. */
  readonly sentence: string
}

/** Empty exactly when both pages say the same. In the order of the table of keys. */
export function compareCharters(before: Page, after: Page): PageChange[] {
  return changesOf(pageKey, '', writtenOf(before), writtenOf(after))
}

function changesOf(key: Key<unknown>, path: string, before: unknown, after: unknown): PageChange[] {
  if (isDeepStrictEqual(before, after)) return []
  const [old, now] = [partsIn(key, before), partsIn(key, after)]
  if (old === undefined || now === undefined || isBlocked(key, before) !== isBlocked(key, after)) {
    return [changeOf(key, path, before, after)]
  }
  const names = new Set([...old, ...now].map(({ name }) => name))
  return [...names].flatMap((name) => {
    const [was, is] = [old.find((part) => part.name === name), now.find((part) => part.name === name)]
    const part = is ?? was
    return part === undefined ? [] : changesOf(part.key, at(path, name), was?.value, is?.value)
  })
}

/** Nothing where the value can only be compared as a whole. */
function partsIn({ kind }: Key<unknown>, value: unknown): readonly Part[] | undefined {
  if (value === undefined) return kind.emptyWhenAbsent ? [] : undefined
  return kind.parts?.(value)
}

function changeOf(key: Key<unknown>, path: string, before: unknown, after: unknown): PageChange {
  const [was, is] = [shownOf(key, before), shownOf(key, after)]
  const { effect, because } = judge(key, before, after)
  return { path, before: was, after: is, effect, sentence: `\`${path}\` ${moved(was, is)}${because}` }
}

function judge(key: Key<unknown>, before: unknown, after: unknown): { effect: Effect; because: string } {
  const [blockedBefore, blockedAfter] = [isBlocked(key, before), isBlocked(key, after)]
  if (blockedBefore !== blockedAfter) {
    const because = blockedAfter
      ? ': nothing enforces it yet, so what asks for it does not run'
      : ': nothing enforced it, so what asked for it did not run'
    return { effect: blockedAfter ? 'narrows' : 'widens', because }
  }
  const effect = effectOf(key.order, before, after)
  if (effect === 'neither') return { effect, because: ': what the agent may do stays the same' }
  return { effect, because: `: ${effect}, ${key.order[effect]}` }
}

/** P6: what asks for more than is enforced does not run, so that the coming of such a key narrows and its going widens. */
const isBlocked = (key: Key<unknown>, value: unknown): boolean => value !== undefined && !isEnforced(key, value)

function shownOf({ kind }: Key<unknown>, value: unknown): Json {
  if (value === undefined) return null
  return kind.show ? kind.show(value) : kind.write(value)
}

function moved(was: Json, is: Json): string {
  if (was === null) return `is added as ${say(is)}`
  if (is === null) return `is removed, it was ${say(was)}`
  return `goes from ${say(was)} to ${say(is)}`
}

const longest = 120

/** Short enough to be read in a line; the whole value stands in the change. */
function say(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `\`${text.length > longest ? `${text.slice(0, longest - 3)}...` : text}\``
}
