import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitKey, onceKey, rateKey } from './limit-key.ts'

test('every limit on one thing of one subject shares a key, and no two kinds of limit do', () => {
  const keys = [
    limitKey('request_refund', 'amount', 'customer:3f'),
    limitKey('request_refund', 'calls', 'customer:3f'),
    limitKey('request_refund', 'amount', 'customer:40'),
    limitKey('request_refund', 'amount', 'invoice:3f'),
    rateKey('request_refund'),
    onceKey('request_refund', 'invoice:3f'),
  ]
  assert.deepEqual(keys, [
    'limit:request_refund:amount:customer:3f',
    'limit:request_refund:calls:customer:3f',
    'limit:request_refund:amount:customer:40',
    'limit:request_refund:amount:invoice:3f',
    'rate:request_refund',
    'once:request_refund:invoice:3f',
  ])
})
