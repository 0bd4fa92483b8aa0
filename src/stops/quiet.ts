/** The second acknowledgement of a stop: whether anything that was sent before it can still do something. */

/** An attempt in the scope of the stop, sent before it. Times by the database's clock. */
export interface SentAttempt {
  /** Of its effect: after a time-out, an abort or a lost connection the attempt is `unknown`, and may yet be carried out. */
  readonly status: string
  /** Its deadline and the time the system of record takes to settle. */
  readonly settles_by: number
}

export interface Quiet {
  readonly quiet: boolean
  /** When the last of those under way runs out of its time; null when nothing is under way. */
  readonly waitUntil: number | null
  /** Without a clear outcome and past their time: no longer waited for. */
  readonly overdue: number
}

export function quiet(attempts: readonly SentAttempt[], now: number): Quiet {
  const open = attempts.filter(({ status }) => status === 'dispatched' || status === 'unknown')
  const underWay = open.filter(({ settles_by }) => now < settles_by)
  return {
    quiet: underWay.length === 0,
    waitUntil: underWay.reduce<number | null>((last, { settles_by }) => Math.max(last ?? settles_by, settles_by), null),
    overdue: open.length - underWay.length,
  }
}
