import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkCallsIn } from './alone.ts'
import { type Counts, noCounts, reportOf } from './report.ts'

const good: Counts = {
  ...noCounts(),
  bytes: 9,
  edits: 6,
  found: 6,
  resigned: 1,
  resigned_found: 1,
  resigned_whole: 1,
  clean: 1,
  page_data_edits: 2,
  page_found: 2,
  replayed: 1,
  replayed_same: 1,
  rebuilt_same: true,
  rebuild_finds_edit: true,
}
const failuresWith = (counts: Partial<Counts>, controls = { network: 2, missed: 1 }) =>
  reportOf({ sqlite: { ...good, ...counts } }, controls, [], 1).failures

test('a bench that found everything has nothing to complain of', () => {
  assert.deepEqual(failuresWith({}), [])
})

test('each thing that was missed, or never tried, is a failure', () => {
  const wrong: Partial<Counts>[] = [
    { found: 5 },
    { edits: 0, found: 0 },
    { resigned_found: 0 },
    { resigned_whole: 0 },
    { page_found: 1 },
    { replayed_same: 0 },
    { clean_refused: 1 },
    { clean: 0 },
    { network_calls: 1 },
    { rebuild_finds_edit: false },
  ]
  for (const counts of wrong) assert.equal(failuresWith(counts).length, 1, JSON.stringify(counts))
  assert.equal(failuresWith({}, { network: 0, missed: 1 }).length, 1)
  assert.equal(failuresWith({}, { network: 2, missed: 0 }).length, 1)
})

test('every call that strace logged counts, and the end of a process does not', () => {
  const log = [
    '6403  socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 22',
    '6403  connect(22, {sa_family=AF_INET, sin_port=htons(45123)}, 16) = -1 EINPROGRESS',
    '6403  +++ exited with 0 +++',
  ]
  assert.equal(networkCallsIn(log.join('\n')), 2)
})
