/** A ledger that real runs have written: reads, writes, yeses and noes, a stop, what failed, and a checkpoint now and then. */
import { liftStop } from '../../src/commands/lift-stop.ts'
import type { ScriptedTurn } from '../../src/models/script.ts'
import { call, calls, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'

export type WorkedLedger = RefundHouse

/** On a file, so that other processes can export it. */
export const openLedger = (): Promise<WorkedLedger> => refundHouse({ database: 'file' })

const invoiceOf = (n: number): string => `in_${1 + (n % 9)}`

/** What one customer wants after the other; small enough that no invoice runs out. */
const stories: readonly ((n: number) => readonly ScriptedTurn[])[] = [
  (n) => [call('get_invoice', { invoice: invoiceOf(n) }), refund(invoiceOf(n), '1.00'), say('refunded')],
  (n) => [
    call('add_note', { ticket: 't_1', body: `note ${n}` }),
    call('add_note', { ticket: 't_9', body: 'nobody' }),
    say('noted'),
  ],
  (n) => [
    calls(['get_ticket', { ticket: 't_2' }], ['search_policy', { query: 'refunds' }]),
    call('send_reply', { ticket: 't_2', body: `reply ${n}` }),
    say('replied'),
  ],
  (n) => [call('refund_by_lookup', { invoice: invoiceOf(n), amount: '1.00', reason: 'broken' }), say('refunded')],
  () => [refund('in_1', '999.00'), call('get_invoice', { invoice: 'nowhere' }), say('no')],
]

/** The `n`th run, to its end. */
export async function work(house: WorkedLedger, n: number): Promise<void> {
  if (n % 5 === 3) return workUnderStop(house, n)
  if (n % 7 === 2) return workWithPeople(house, n)
  const story = stories[n % stories.length] ?? (() => [say('nothing')])
  await house.play(story(n), { session: `session ${n % 3}` })
}

/** Over the amount for which people are asked. */
async function workWithPeople(house: WorkedLedger, n: number): Promise<void> {
  const run = await house.start([refund(invoiceOf(n), '51.00'), say('over')])
  const result = await house.settled(run)
  if (result.status !== 'waiting') return
  const answer = n % 2 === 0 ? { type: 'grant' as const } : { type: 'deny' as const, reason: 'not this one' }
  for (const { id } of result.approvals) await house.answer(id, answer)
  await house.settled(run)
}

async function workUnderStop(house: WorkedLedger, n: number): Promise<void> {
  const wanted = { scope: 'tool', value: 'add_note', level: 'observe' } as const
  await house.stop(wanted)
  await house.play([call('add_note', { ticket: 't_3', body: `held back ${n}` }), say('stopped')])
  await liftStop(house.runtime.house, { ...wanted, by: 'ops@acme.example' })
}
