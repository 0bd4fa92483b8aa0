/**
 * The vendor's account beside the ledger's and beside what callers were told. The vendor is believed: it says what
 * reached it and what it did.
 */
import type { Order } from '../depot/order.ts'
import type { Arrival, Commit } from '../depot/vendor-store.ts'
import type { EffectHistory, Histories } from './effect-history.ts'

/** A kill as it happened: at the very moment of the signal, milliseconds since 1970. */
export interface Kill {
  readonly at: number
  readonly killed: 'engine' | 'server'
  /** The number of the engine that was at work. */
  readonly engine: number
}

export interface Accounts {
  readonly arrivals: readonly Arrival[]
  readonly commits: readonly Commit[]
  readonly histories: Histories
  readonly kills: readonly Kill[]
}

export interface Compared {
  readonly kills: number
  readonly killsInFlight: number
  readonly killsInRecovery: number
  readonly serverKills: number
  readonly serverKillsInFlight: number
  readonly duplicateEffects: readonly string[]
  readonly effectsWithoutIntent: readonly string[]
  readonly wrongOutcomes: readonly string[]
  readonly unknownKeyed: readonly string[]
  readonly unknownVerifyOnly: readonly string[]
  readonly unknownAtMostOnce: readonly string[]
  /** Sent at most once, and open in the ledger or at the vendor when something was killed. */
  readonly atMostOnceInFlightAtKill: number
  /** Unknown though nothing was killed while it was open. */
  readonly unknownWithoutKill: readonly string[]
}

export function compare({ arrivals, commits, histories, kills }: Accounts): Compared {
  const effects = [...histories.effects.values()]
  const engineKills = kills.filter(({ killed }) => killed === 'engine')
  const serverKills = kills.filter(({ killed }) => killed === 'server')
  const unknown = effects.filter(({ status }) => status === 'unknown' || status === 'dispatched')
  const ofTool = (...tools: string[]) => unknown.filter(({ tool }) => tools.includes(tool)).map(({ effect }) => effect)
  const onTheWire = keysAtVendor(arrivals, kills)
  const interrupted = effects.filter(
    (effect) => effect.tool === 'mail' && (onTheWire.has(effect.key) || kills.some(({ at }) => isOpenAt(effect, at))),
  )
  const interruptedIds = new Set(interrupted.map(({ effect }) => effect))
  return {
    kills: engineKills.length,
    killsInFlight: engineKills.filter((kill) => wasInFlight(arrivals, kill)).length,
    killsInRecovery: engineKills.filter((kill) => wasInRecovery(effects, kills, kill)).length,
    serverKills: serverKills.length,
    serverKillsInFlight: serverKills.filter(({ at }) => arrivals.some((arrival) => isAtVendor(arrival, at))).length,
    duplicateEffects: twice(commits.map(({ business }) => business)),
    effectsWithoutIntent: withoutIntent(arrivals, effects),
    wrongOutcomes: wrongOutcomes(commits, effects),
    unknownKeyed: ofTool('book', 'pay'),
    unknownVerifyOnly: ofTool('ship'),
    unknownAtMostOnce: ofTool('mail'),
    atMostOnceInFlightAtKill: interrupted.length,
    unknownWithoutKill: unknown
      .filter(({ tool, effect }) => tool === 'mail' && !interruptedIds.has(effect))
      .map(({ effect, why }) => `${effect} (${why})`),
  }
}

/** The vendor saw a connection of this engine end before it had answered, and not before the kill. */
const wasInFlight = (arrivals: readonly Arrival[], kill: Kill): boolean =>
  arrivals.some(({ engine, cut_at }) => engine === kill.engine && cut_at !== null && cut_at >= kill.at)

const isAtVendor = ({ at, answered_at, cut_at }: Arrival, moment: number): boolean =>
  at <= moment && (answered_at ?? cut_at ?? Number.POSITIVE_INFINITY) >= moment

/** An engine that lost a lease gives up what is still on the wire, and hears of it unless it is killed first. */
const keysAtVendor = (arrivals: readonly Arrival[], kills: readonly Kill[]): ReadonlySet<string> =>
  new Set(arrivals.filter((arrival) => kills.some(({ at }) => isAtVendor(arrival, at))).map(({ key }) => key))

/**
 * An effect that an earlier kill had interrupted was still not brought to its end. One that is looked up has to wait
 * for its vendor first, so it does not count: everything else is resolved by the next engine at once.
 */
function wasInRecovery(effects: readonly EffectHistory[], kills: readonly Kill[], kill: Kill): boolean {
  const before = kills.filter(({ at }) => at < kill.at).at(-1)
  if (!before) return false
  return effects.some((effect) => effect.tool !== 'ship' && isOpenAt(effect, before.at) && isOpenAt(effect, kill.at))
}

const isOpenAt = ({ firstAt, endedAt }: EffectHistory, at: number): boolean =>
  firstAt <= at && (endedAt ?? Number.POSITIVE_INFINITY) >= at

function twice(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.filter((name) => seen.size === seen.add(name).size)
}

/** Something reached the vendor that the ledger had not decided to send. */
function withoutIntent(arrivals: readonly Arrival[], effects: readonly EffectHistory[]): string[] {
  const byKey = new Map(effects.map((effect) => [effect.key, effect]))
  return arrivals
    .filter(({ key, attempt }) => byKey.get(key)?.attempts.has(attempt) !== true)
    .map(({ business, attempt }) => `${business}, attempt ${attempt}`)
}

function wrongOutcomes(commits: readonly Commit[], effects: readonly EffectHistory[]): string[] {
  const carriedOut = new Set(commits.map(({ key }) => key))
  return effects.flatMap(({ effect, key, status }) => {
    const isDone = carriedOut.has(key)
    if (status === 'committed' && !isDone) return [`${effect} is committed, and the vendor did nothing`]
    if (status === 'not_committed' && isDone) return [`${effect} is not committed, and the vendor did it`]
    return []
  })
}

/** What a run's model was told of one write. */
interface Words {
  readonly receipt?: string
  /** `committed` where it is known that it was done, and the answer got lost. */
  readonly status?: string
  /** `tool_failed`: it was certainly not done. Anything else leaves open what was. */
  readonly error?: { readonly code: string }
}

/** What a run said at its end of each of its writes, beside the vendor's receipts: receipt to business. */
export function wrongWords(order: Order, output: unknown, receipts: ReadonlyMap<string, string>): string[] {
  const told = toldOf(output)
  if (told.length !== order.writes.length) return [`${order.order} was told of ${told.length} writes`]
  const done = new Set(receipts.values())
  return order.writes.flatMap(({ tool, business }, place) => {
    const words = told[place] ?? {}
    const isRight = isTrue(words, business, receipts, done) ?? tool === 'mail'
    return isRight ? [] : [`${tool} ${business} was told ${JSON.stringify(words)}`]
  })
}

/** Undefined where the words leave it open. */
function isTrue(
  { receipt, status, error }: Words,
  business: string,
  receipts: ReadonlyMap<string, string>,
  done: ReadonlySet<string>,
): boolean | undefined {
  if (receipt !== undefined) return receipts.get(receipt) === business
  if (status === 'committed') return done.has(business)
  return error?.code === 'tool_failed' ? !done.has(business) : undefined
}

/** In the order of the writes. */
function toldOf(output: unknown): readonly Words[] {
  const words: readonly { readonly output: Words | null }[] = JSON.parse(String(output))
  return words.map(({ output }) => output ?? {})
}
