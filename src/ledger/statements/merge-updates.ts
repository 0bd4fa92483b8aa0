/**
 * An append of five events changes the row of its run eight times. Tables do not see each other, so what is said of one
 * row without anything else between it in its table comes to the same when it is said at once.
 */
import type { Change, Row } from '../projection.ts'

/** Patches and additions to the rows of a key, in one. No column stands in both. */
export interface Update {
  readonly change: 'update'
  readonly table: string
  readonly key: Row
  readonly set: Row
  readonly by: Readonly<Record<string, number>>
}

type Updating = Extract<Change, { change: 'patch' | 'add' }>

export function mergeUpdates(changes: readonly Change[]): (Change | Update)[] {
  const merged: (Change | Update)[] = []
  const latest = new Map<string, number>()
  for (const change of changes) {
    const at = latest.get(change.table)
    const before = at === undefined ? undefined : merged[at]
    const one = before && together(before, change)
    if (one && at !== undefined) merged[at] = one
    else latest.set(change.table, merged.push(change) - 1)
  }
  return merged
}

export function asUpdate(change: Updating | Update): Update {
  if (change.change === 'update') return change
  const { table, key } = change
  const isPatch = change.change === 'patch'
  return { change: 'update', table, key, set: isPatch ? change.set : {}, by: isPatch ? {} : change.by }
}

const isUpdating = (change: Change | Update): change is Updating | Update =>
  change.change === 'patch' || change.change === 'add' || change.change === 'update'

function together(before: Change | Update, change: Change): Update | undefined {
  if (!isUpdating(before) || !isUpdating(change) || !isSame(before.key, change.key)) return undefined
  const first = asUpdate(before)
  return movesKey(first) ? undefined : followedBy(first, asUpdate(change))
}

/** Nothing where a number is added to what is no number. */
function followedBy(before: Update, after: Update): Update | undefined {
  const set: Record<string, Row[string]> = { ...before.set }
  const by: Record<string, number> = { ...before.by }
  for (const [name, value] of Object.entries(after.set)) {
    set[name] = value
    delete by[name]
  }
  for (const [name, value] of Object.entries(after.by)) {
    const known = set[name]
    if (known === undefined) by[name] = (by[name] ?? 0) + value
    else if (typeof known === 'number') set[name] = known + value
    else return undefined
  }
  return { ...before, set, by }
}

const movesKey = ({ key, set, by }: Update): boolean => Object.keys(key).some((name) => name in set || name in by)

function isSame(one: Row, other: Row): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => name in other && one[name] === other[name])
}
