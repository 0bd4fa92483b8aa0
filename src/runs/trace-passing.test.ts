/** What tools are told of the trace they are called in: real runs at the real desk, tools that write it down. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import type { Execution, Tool } from '../tools/tool.ts'
import { readTraceparent, spanIdOf } from './trace-context.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

interface Told {
  readonly of: string
  readonly traceparent: string
}

function listening(told: Told[]): (own: readonly Tool[]) => readonly Tool[] {
  const note = (of: string, { traceparent = '' }: Execution) => told.push({ of, traceparent })
  return (own) =>
    own.map((tool) => ({
      ...tool,
      execute: (input, execution) => {
        note(tool.name, execution)
        return tool.execute(input, execution)
      },
      ...(tool.verify && {
        verify: (asking: Execution & { input: unknown }) => {
          note('verify', asking)
          return tool.verify?.(asking) ?? { answer: 'pending' as const }
        },
      }),
    }))
}

const places = (told: readonly Told[], run: string, known: readonly string[]) =>
  told.map(({ of, traceparent }) => {
    const { spanId } = readTraceparent(traceparent) ?? {}
    return `${of} at ${known.find((place) => spanIdOf(run, place) === spanId)}`
  })

const known = ['call', 'effect', 'attempt/1', 'attempt/2'].flatMap((part) =>
  ['1.1', '2.1'].map((action) => `action/${action}/${part}`),
)
const all = [...known, 'action/1.1', 'action/2.1']
const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')

test("a tool is told the span of this very call, in the caller's trace and with the caller's flags", async () => {
  const told: Told[] = []
  await using house = await refundHouse({ tools: listening(told) })
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 1 })
  const { run } = await house.play([call('get_invoice', { invoice: 'in_1' }), refund('in_1'), say('Done.')], {
    traceparent,
  })
  assert.deepEqual(places(told, run, all), [
    'get_invoice at action/1.1/call',
    'get_invoice at action/2.1',
    'request_refund at action/2.1/attempt/1',
    'request_refund at action/2.1/attempt/2',
  ])
  for (const { traceparent } of told) {
    const { traceId, flags } = readTraceparent(traceparent) ?? {}
    assert.deepEqual([traceId, flags], ['0af7651916cd43dd8448eb211c80319c', '00'])
  }
})

test('who is asked what became of a write is told the span of its effect', async () => {
  const told: Told[] = []
  await using house = await refundHouse({ tools: listening(told) })
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'commit_then_disconnect', times: 1 })
  const run = await house.start([call('refund_by_lookup', { invoice: 'in_1', amount: '5.00' }), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  await house.until(async () => (await house.bodies(run, 'effect.unknown')).length === 1)
  await house.clock.skip(60_000)
  await house.settled(run)
  assert.ok(places(told, run, all).includes('verify at action/1.1/effect'))
  assert.equal(new Set(told.map(({ traceparent }) => readTraceparent(traceparent)?.traceId)).size, 1)
})

test('a run that is started again with its key stays in the trace that it was started in first', async () => {
  await using house = await refundHouse()
  const first = await house.start([say('Done.')], { key: 'k', traceparent, input: { conversation: 'c1' } })
  const other = traceparent.replace('b7ad', 'b7ae')
  const again = await house.start([say('Done.')], { key: 'k', traceparent: other, input: { conversation: 'c1' } })
  assert.equal(again, first)
  await house.settled(first)
  assert.equal((await house.bodies(first, 'run.started'))[0]?.traceparent, traceparent)
})
