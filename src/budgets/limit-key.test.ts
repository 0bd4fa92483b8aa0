import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitKey, onceKey, rateKey } from './limit-key.ts'

test('every limit on one thing of one subject shares a key, and no two kinds of limit do', () => {
  const keys = [
    limitKey('dev', 'request_refund', 'amount', 'customer:3f'),
    limitKey('dev', 'request_refund', 'calls', 'customer:3f'),
    limitKey('dev', 'request_refund', 'amount', 'customer:40'),
    limitKey('dev', 'request_refund', 'amount', 'invoice:3f'),
    rateKey('dev', 'request_refund'),
    onceKey('dev', 'request_refund', 'invoice:3f'),
  ]
  assert.deepEqual(keys, [
    'dev:limit:request_refund:amount:customer:3f',
    'dev:limit:request_refund:calls:customer:3f',
    'dev:limit:request_refund:amount:customer:40',
    'dev:limit:request_refund:amount:invoice:3f',
    'dev:rate:request_refund',
    'dev:once:request_refund:invoice:3f',
  ])
})
