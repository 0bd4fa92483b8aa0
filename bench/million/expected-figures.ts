/** What a report must say of so many runs, counted from what their model was told to do and not from the ledger. */
import { turnsOf } from './counter-model.ts'

/** Numerator and denominator by the name of the measure. */
export type Expected = Readonly<Record<string, readonly [number, number]>>

export function expectedFigures(runs: number): Expected {
  const counted = { calls: 0, tooMuch: 0, asked: 0, forgotten: 0, writes: 0, turns: 0 }
  for (let n = 1; n <= runs; n++) {
    const turns = turnsOf(n)
    counted.turns += turns.length + 1
    for (const { tool, input } of turns.flat()) {
      counted.calls += 1
      if (tool === 'add_note') counted.writes += 1
      if (tool !== 'request_refund') continue
      const amount = Number(input.amount)
      if (Number.isNaN(amount)) counted.forgotten += 1
      else if (amount > 100) counted.tooMuch += 1
      else counted.writes += 1
      if (amount > 50 && amount <= 100) counted.asked += 1
    }
  }
  const { calls, tooMuch, asked, forgotten, writes, turns } = counted
  return {
    process_integrity: [runs, runs],
    policy_violations: [0, runs],
    containment: [runs - asked, runs],
    tool_call_correctness: [calls - forgotten, calls],
    unsafe_attempts: [tooMuch, calls],
    approval_rate: [asked, calls],
    denial_rate: [0, asked],
    unknown_effects: [0, writes],
    trace_coverage: [calls, calls],
    model_failures: [0, turns],
    task_success: [0, 0],
  }
}

/** Each figure that is another one than it must be. */
export const wrongFigures = (
  runs: number,
  figures: Readonly<Record<string, readonly [number | null, number]>>,
): readonly string[] =>
  Object.entries(expectedFigures(runs)).flatMap(([name, [numerator, denominator]]) => {
    const [said, of] = figures[name] ?? []
    return said === numerator && of === denominator
      ? []
      : [`${name} is ${said} of ${of} and must be ${numerator} of ${denominator}`]
  })
