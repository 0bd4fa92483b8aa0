/** A failing seed for people: what the plan was, what happened, and how to see it again. */
import type { Plan } from './plan.ts'
import type { Played } from './play.ts'

/** Without the waits and the file calls, which are most of what a world does. */
export function tell(plan: Plan, { violation, lines = [] }: Played): string {
  const story = lines.filter((line) => !noise.test(line)).map((line) => line.replace(/ [0-9a-f]{64}$/, ''))
  return [
    `seed ${plan.seed}: ${violation ? `${violation.rule}: ${violation.said}` : 'nothing is broken'}`,
    `again: npm run bench -- simulate --only ${plan.seed}`,
    `plan: ${JSON.stringify(plan)}`,
    ...story,
  ].join('\n')
}

const noise = / (wait|begin|commit|committed|ledger\.db \w+|keyring\.db \w+|open \S+)$/
