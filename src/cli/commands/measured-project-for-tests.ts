/** The starter's project with an outcome that can be looked up, promises, costs and a metric of its own. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { systemClock } from '../../clock.ts'
import { newProject, type Project } from '../project-for-tests.ts'
import { type Said, say } from '../terminal-for-tests.ts'

export interface MeasuredProject extends Project {
  /** Says it so many days from now. */
  later(days: number, ...argv: string[]): Promise<Said>
}

export async function measuredProject(): Promise<MeasuredProject> {
  const project = await newProject()
  edit(project, 'support.charter.yaml', (page) =>
    page
      .replace('owner: sam@example.com', 'owner: support-leads')
      .replace('  get_order:', '  order_is_refunded: { allowed: true }\n  get_order:')
      .concat(
        'outcome: { name: order_refunded, verify: order_is_refunded, unsafe: [refund_over_paid_amount] }\n',
        'slo: { success: 0.95, policy_violations: 0, p95_ms: 60000, cost_per_outcome_usd: 0.000001 }\n',
      ),
  )
  edit(project, 'tools.ts', (tools) => `${tools}\n${look}`)
  edit(project, 'charter.config.ts', (config) =>
    config
      .replace('defineConfig }', 'defineConfig, defineMetric }')
      .replace('getOrder, refundOrder }', 'getOrder, orderIsRefunded, refundOrder }')
      .replace('[getOrder, refundOrder]', '[getOrder, orderIsRefunded, refundOrder]')
      .replace('export default defineConfig({', `export default defineConfig({${costs}`),
  )
  return {
    ...project,
    later: (days, ...argv) => say({ cwd: project.folder, clock: clockIn(days) }, ...argv),
  }
}

const clockIn = (days: number) => ({ ...systemClock, now: () => systemClock.now() + days * 86_400_000 })

function edit({ folder, write }: Project, name: string, change: (text: string) => string): void {
  write(name, change(readFileSync(path.join(folder, name), 'utf8')))
}

const look = `export const orderIsRefunded = defineTool({
  name: 'order_is_refunded',
  description: 'Whether all that was paid for an order was paid back.',
  kind: 'read',
  inputSchema: z.strictObject({ order: orderId }),
  outputSchema: z.object({ reached: z.boolean() }),
  subjects: ({ order }) => ({ order }),
  execute: ({ order }) => {
    const { paid, refunded } = findOrder(order)
    return { reached: Number(paid) === Number(refunded) }
  },
})
`

const costs = `
  costs: { peoplePerHourUsd: '60.00', minutesPerSignature: 2, toolFeesUsd: { get_order: '0.001' } },
  metrics: [defineMetric({ name: 'csat', about: 'What customers say.', unit: 'points', better: 'higher' })],`
