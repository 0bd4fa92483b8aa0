/** What the command said of each run, against what the threshold and the amount alone say. */
import type { WhatIf } from '../../src/replays/what-if/what-if.ts'
import type { Recorded } from './record-runs.ts'

/** Cents. */
export interface Thresholds {
  readonly before: number
  readonly after: number
}

export interface Compared {
  readonly runs: number
  readonly flips: number
  readonly unchanged: number
  readonly extra_approvals: number
  readonly money_delta_usd: number
  /** Runs of which the command said something else than it had to. */
  readonly wrong: readonly string[]
}

export function compare(answers: readonly WhatIf[], { refunds }: Recorded, thresholds: Thresholds): Compared {
  const amounts = new Map(refunds.map(({ run, amount }) => [run, amount]))
  const flipped = answers.filter(({ decisions }) => decisions.some(({ flips }) => flips))
  const wrong = answers.filter((answer) => !isRight(answer, amounts.get(answer.run) ?? 0, thresholds))
  const missing = refunds.filter(({ run }) => !answers.some((answer) => answer.run === run))
  const sum = (of: (answer: WhatIf) => number) => answers.reduce((total, answer) => total + of(answer), 0)
  return {
    runs: answers.length,
    flips: flipped.length,
    unchanged: answers.length - flipped.length,
    extra_approvals: sum(({ signatures }) => signatures.supposed - signatures.recorded),
    money_delta_usd: sum(({ unasked }) => (unasked.supposed.usd ?? 0) - (unasked.recorded.usd ?? 0)) / 100,
    wrong: [...wrong, ...missing].map(({ run }) => run),
  }
}

function isRight({ decisions, signatures, unasked, beyond }: WhatIf, amount: number, { before, after }: Thresholds) {
  const flips = amount > after && amount <= before
  const [flipped, ...others] = decisions.filter((decision) => decision.flips)
  const isOnlyRefund = flipped === undefined || (others.length === 0 && flipped.tool === 'request_refund')
  const asks = flips ? flipped?.supposed?.decision === 'ask' : flipped === undefined
  const delta = (unasked.supposed.usd ?? 0) - (unasked.recorded.usd ?? 0)
  const extra = signatures.supposed - signatures.recorded
  return isOnlyRefund && asks && !beyond && delta === (flips ? -amount : 0) && extra === (flips ? 1 : 0)
}
