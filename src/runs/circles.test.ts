import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circles } from './circles.ts'

test('steps that come to nothing end the run, and one that came to an event begins the count anew', () => {
  const circles = new Circles()
  for (let step = 0; step < 999; step++) circles.note(3)
  circles.note(4)
  for (let step = 0; step < 999; step++) circles.note(4)
  assert.throws(() => circles.note(4), { code: 'internal', message: 'a run goes in circles after 4 events' })
})
