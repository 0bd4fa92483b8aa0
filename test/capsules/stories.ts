/** Runs that hold, among them, everything a capsule has to carry; each plays at the real desk. */
import type { CapsuleHouse } from '../../src/capsules/make-capsule.ts'
import { raiseStop } from '../../src/commands/raise-stop.ts'
import { defaultPriceBook } from '../../src/models/default-price-book.ts'
import { createEvaluator } from '../../src/policy/evaluate.ts'
import { createProject, type Project } from '../../src/replays/project.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { prices } from '../refund-agent.ts'
import { call, calls, type RefundHouse, refund, say } from '../refund-house.ts'

const intent = {
  doing: 'Refunds the broken lid.',
  allowed_by: 'Refunds are fine.',
  evidence: [
    { kind: 'document', id: 'doc_1' },
    { kind: 'invoice', id: 'in_1' },
  ],
}

export const story = {
  /** It reads, cites what it read, asks, and a person agrees. */
  async granted(house: RefundHouse): Promise<string> {
    const cited = { invoice: 'in_1', amount: '60.00', reason: 'broken', intent }
    const reads = calls(['search_policy', { query: 'refund' }], ['get_invoice', { invoice: 'in_1' }])
    const { run } = await house.play([reads, call('request_refund', cited), say('Done.')], {
      subjects: { invoice: ['in_1'] },
    })
    await house.answer(await questionOf(house, run), { type: 'grant' })
    await house.settled(run)
    return run
  },
  async edited(house: RefundHouse): Promise<string> {
    const { run } = await house.play([refund('in_2', '90.00'), say('Done.')])
    const answer = { type: 'edit', arguments: { invoice: 'in_2', amount: '20.00', reason: 'less' } } as const
    await house.answer(await questionOf(house, run), answer)
    await house.settled(run)
    return run
  },
  async denied(house: RefundHouse): Promise<string> {
    const { run } = await house.play([refund('in_3', '70.00'), refund('in_3', '70.00'), say('Sorry.')])
    await house.answer(await questionOf(house, run), { type: 'deny', reason: 'the lid is fine' })
    await house.settled(run)
    return run
  },
  /** Nothing that it writes down can be used as it stands. */
  async refused(house: RefundHouse): Promise<string> {
    const { run } = await house.play([
      refund('in_4', '500.00'),
      call('request_refund', { invoice: 4, amount: '1.001' }),
      call('request_refunds', { invoice: 'in_4' }),
      call('request_refund', { invoice: 'in_none', amount: '5.00' }),
      call('request_refund', { invoice: 'in_4', amount: '5.00', dry_run: true }),
      call('send_reply', { ticket: 't_1', body: 'Sorry.' }),
      say('Sorry.'),
    ])
    return run
  },
  async stopped(house: RefundHouse): Promise<string> {
    await raiseStop(house.runtime.house, {
      scope: 'tool',
      value: 'add_note',
      level: 'observe',
      by: 'ops@acme.example',
    })
    const { run } = await house.play([
      call('add_note', { ticket: 't_1', body: 'a note' }),
      refund('in_5'),
      say('Done.'),
    ])
    return run
  },
} as const

export type StoryName = keyof typeof story
export const storyNames = Object.keys(story) as StoryName[]

async function questionOf(house: RefundHouse, run: string): Promise<string> {
  const waiting = await house.bodies(run, 'run.waiting')
  return waiting.at(-1)?.id ?? ''
}

export const capsuleHouseOf = ({ runtime }: RefundHouse): CapsuleHouse => ({
  ...runtime.house,
  keyring: runtime.keyring,
})

export const publicKeyOf = async ({ runtime }: RefundHouse) => (await runtime.keyring.signingKey()).publicKey

/** As a reader has it who has the project's own tools. */
export const projectOf = (tools: ReadonlyMap<string, Tool>): Project =>
  createProject({ tools, prices: defaultPriceBook({ asOf: 0, overrides: prices }), evaluator: createEvaluator() })
