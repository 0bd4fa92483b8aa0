import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalMessage, type EndedApproval } from './approval-message.ts'

const endings = ['denied', 'expired', 'edited', 'cancelled', 'superseded'] as const
const message = (ended: Partial<EndedApproval>) =>
  approvalMessage({ ending: 'denied', tool: 'request_refund', ...ended })

test('the model is told each ending under a code, a message and a hint of its own', () => {
  const told = endings.map((ending) => message({ ending }))
  assert.deepEqual(
    told.map(({ code }) => code),
    endings.map((ending) => `approval_${ending}`),
  )
  for (const part of ['message', 'hint'] as const) {
    assert.equal(new Set(told.map((one) => one[part])).size, endings.length)
    for (const one of told) assert.doesNotMatch(one[part], /undefined|\.$/)
  }
  for (const one of told) assert.match(one.message, /`request_refund`/)
})

test('only a denial says that somebody denied', () => {
  for (const ending of endings) {
    assert.equal(/denied/.test(message({ ending }).message), ending === 'denied', ending)
  }
})

test('a denial names the group and gives the reason, never the person', () => {
  const { message: text } = message({ group: 'finance', reason: 'the invoice is disputed' })
  assert.equal(text, 'a person of `finance` denied `request_refund`: the invoice is disputed')
})

test('a cancelled and a superseded approval say what changed', () => {
  assert.match(message({ ending: 'cancelled', because: 'limit_exceeded' }).message, /\(limit_exceeded\)/)
  assert.match(message({ ending: 'superseded', because: 'approval_stale' }).message, /\(approval_stale\)/)
})
