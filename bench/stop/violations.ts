/**
 * What must not be, found in the evidence for one stop. An arrival belongs to the attempts of its key, and these have
 * their places in the ledger: before the stop, under it or after it. Pure.
 */
import type { Evidence } from './evidence.ts'
import type { Played } from './play.ts'
import type { Attempt } from './records.ts'
import { isCovered, type StopNamed } from './tickets.ts'

/** Attempts of the scope that stand between the stop and its lifting. */
export const attemptsUnder = ({ stop, raised, lifted }: Played, { attempts }: Evidence): readonly Attempt[] =>
  attempts.filter((attempt) => isCovered(stop, attempt) && raised < attempt.position && attempt.position < lifted)

/** People may sign for a write under a stop at `draft`, and under no other. */
export const isAllowed = ({ level }: StopNamed, { isSigned }: Attempt): boolean => level === 'draft' && isSigned

/** Attempts under the stop, and keys that arrived under it more often than the attempts before it explain. */
export function dispatchedAfterCommitted(played: Played, evidence: Evidence): readonly string[] {
  const late = attemptsUnder(played, evidence).filter((attempt) => !isAllowed(played.stop, attempt))
  const keys = new Set(late.map(({ key }) => key))
  const unexplained = unexplainedIn(played, evidence).filter((key) => !keys.has(key))
  return [
    ...late.map(({ key }) => describe('dispatched after committed', played, key, evidence)),
    ...unexplained.map((key) => describe('arrived more often than it was dispatched', played, key, evidence)),
  ]
}

function unexplainedIn({ stop, committed = 0, lifting, raised }: Played, evidence: Evidence): readonly string[] {
  const { came, cameOf, attemptsOf } = evidence
  const arrived = came.filter(({ at, writer }) => committed < at && at <= lifting && isCovered(stop, writer))
  return [...new Set(arrived.map(({ key }) => key))].filter((key) => {
    const times = (cameOf.get(key) ?? []).filter(({ at }) => at <= lifting).length
    const attempts = attemptsOf.get(key) ?? []
    return times > attempts.filter((attempt) => attempt.position < raised || isAllowed(stop, attempt)).length
  })
}

/** What reached the vendor after quiet, or was carried out there. */
export function arrivedAfterQuiet(played: Played, evidence: Evidence): readonly string[] {
  const { stop, quiet, lifting } = played
  if (quiet === undefined) return []
  const allowed = attemptsUnder(played, evidence).filter((attempt) => isAllowed(stop, attempt))
  const signed = new Set(allowed.map(({ key }) => key))
  return [...evidence.came, ...evidence.done]
    .filter(({ at, key, writer }) => quiet < at && at <= lifting && isCovered(stop, writer) && !signed.has(key))
    .map(({ at, key }) => describe(`came ${at - quiet} ms after quiet`, played, key, evidence))
}

/** Times from when the stop was pressed on. */
function describe(what: string, played: Played, key: string, { attemptsOf, sentOf, cameOf }: Evidence): string {
  const { stop, pressed, committed = 0, quiet = 0, raised, lifted } = played
  const named = `${stop.scope}:${stop.value} at ${stop.level}, places ${raised} to ${lifted}`
  const told = `committed ${committed - pressed}, quiet ${quiet - pressed}`
  const attempts = (attemptsOf.get(key) ?? []).map(
    ({ position, deadline, clear }) => `place ${position}, deadline ${deadline - pressed}, clear at ${clear}`,
  )
  const times = (all: readonly { at: number }[] = []) => all.map(({ at }) => at - pressed).join(' and ')
  const wire = `sent ${times(sentOf.get(key))}, arrived ${times(cameOf.get(key))}`
  return `${what}: ${named}, ${told}; ${attempts.join('; ')}; ${wire}`
}
