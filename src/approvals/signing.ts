/** Who may answer a question, and for which of its steps a yes counts. */
import { CharterError } from '../errors.ts'
import type { ApprovalRequested, AskedStep, Signature } from './approval-events.ts'

/** The parts of a question that say whom it asks. */
export type Asking = Pick<ApprovalRequested, 'agent' | 'requester' | 'steps'>

export interface Signer {
  readonly by: string
  /** The `from`s for which this principal counts, as the door resolved them: groups and `subject:KIND`s. */
  readonly groups: readonly string[]
}

/** The `from` that an answer counts for, or why it does not count. */
type Place = { readonly group: string } | { readonly refusal: string; readonly hint: string }

/** Signatures still missing by group, in page order: steps of one group add up. Groups that have theirs are left out. */
export function stillAsked(steps: readonly AskedStep[], signatures: readonly Signature[]): ReadonlyMap<string, number> {
  const missing = new Map<string, number>()
  for (const { from, count } of steps) missing.set(from, (missing.get(from) ?? 0) + count)
  for (const { group } of signatures) missing.set(group, (missing.get(group) ?? 0) - 1)
  return new Map([...missing].filter(([, count]) => count > 0))
}

/** The first step in page order that still needs somebody and that this person may sign. Throws `approver_not_allowed`. */
export function placeToSign(asking: Asking, signatures: readonly Signature[], signer: Signer): string {
  return orThrow(findPlace(asking, signatures, signer), signer)
}

/** The first asked group of this person, whether or not it still needs somebody. Throws `approver_not_allowed`. */
export function placeToAnswer(asking: Asking, signer: Signer): string {
  const [group] = askedGroupsOf(asking, signer)
  return orThrow(group === undefined ? inNoGroup(asking, signer) : { group }, signer)
}

/** Those of the signatures that count for this question, in order; the others fall. */
export function countingSignatures(asking: Asking, signatures: readonly Signature[]): readonly Signature[] {
  const counted: Signature[] = []
  for (const { by, group } of signatures) {
    if ('group' in findPlace(asking, counted, { by, groups: [group] })) counted.push({ by, group })
  }
  return counted
}

function findPlace(asking: Asking, signatures: readonly Signature[], signer: Signer): Place {
  const groups = askedGroupsOf(asking, signer)
  if (groups.length === 0) return inNoGroup(asking, signer)
  const permitted = groups.filter((group) => isChecker(asking, signer.by, group))
  if (permitted.length === 0) return isMaker(signer.by)
  if (signatures.some(({ by }) => samePerson(by, signer.by))) return hasSigned(signer.by)
  const missing = stillAsked(asking.steps, signatures)
  const group = permitted.find((candidate) => missing.has(candidate))
  return group === undefined ? isFull(permitted, missing) : { group }
}

/** Maker is not checker: nobody approves their own action, unless the page asks them as the action's subject. */
function isChecker({ agent, requester }: Asking, by: string, group: string): boolean {
  if (samePerson(by, `agent:${agent}`)) return false
  return requester === undefined || !samePerson(by, requester) || group.startsWith('subject:')
}

/** One person with two spellings of a name is one person. */
const samePerson = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const groupsOf = (asking: Asking): readonly string[] => [...new Set(asking.steps.map(({ from }) => from))]
const askedGroupsOf = (asking: Asking, { groups }: Signer): readonly string[] =>
  groupsOf(asking).filter((group) => groups.includes(group))

const quoted = (names: Iterable<string>): string => [...names].map((name) => `\`${name}\``).join(', ')

const inNoGroup = (asking: Asking, { by }: Signer): Place => ({
  refusal: `\`${by}\` is in no group that was asked`,
  hint: `asked are ${quoted(groupsOf(asking))}`,
})
const isMaker = (by: string): Place => ({
  refusal: `\`${by}\` may not approve an action of their own`,
  hint: 'somebody else who was asked must sign',
})
const hasSigned = (by: string): Place => ({
  refusal: `\`${by}\` has signed already`,
  hint: 'one person counts once; somebody else who was asked must sign',
})
const isFull = (groups: readonly string[], missing: ReadonlyMap<string, number>): Place => ({
  refusal: `${quoted(groups)} ${groups.length === 1 ? 'has its signatures' : 'have their signatures'} already`,
  hint: `signatures are missing of ${quoted(missing.keys())}`,
})

function orThrow(place: Place, { by }: Signer): string {
  if ('group' in place) return place.group
  throw new CharterError('approver_not_allowed', place.refusal, { hint: place.hint, param: 'by', details: { by } })
}
