import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RunEvent } from '../runs/events.ts'
import { anyEvents, happened } from '../runs/run-events-for-tests.ts'
import { noCosts } from './costs.ts'
import { anyFacts, factsFrom } from './facts-for-tests.ts'
import { countOf, sum } from './measure.ts'
import { measures } from './measures.ts'
import { dimensions, Reporter, runBehind } from './report.ts'
import { costLines, totalCost } from './run-facts.ts'

const many = fc.array(anyFacts, { minLength: 1, maxLength: 30 })
const rates = fc.record({
  peoplePerHour: fc.integer({ min: 0, max: 200_000_000 }),
  msPerSignature: fc.nat(600_000),
  toolFees: fc.dictionary(fc.constantFrom('request_refund', 'get_invoice'), fc.nat(50_000)),
})

test('the parts of a split add up to the whole, whatever it is split by', () => {
  fc.assert(
    fc.property(many, fc.constantFrom(...dimensions), (runs, by) => {
      const reporter = new Reporter(measures, by)
      for (const facts of runs) reporter.add(facts)
      const { total, groups } = reporter.report(noCosts, () => undefined)
      for (const figure of total.figures) {
        const parts = groups.flatMap(({ figures }) => figures.filter(({ name }) => name === figure.name))
        if (parts.length === 0) continue
        const whole = sum(parts.map(({ numerator, denominator }) => ({ numerator: numerator ?? 0, denominator })))
        assert.deepEqual(whole, { numerator: figure.numerator ?? 0, denominator: figure.denominator }, figure.name)
      }
      if (by === 'tool') return
      const cost = groups.reduce((whole, group) => whole + (group.cost?.total_micro_usd ?? 0), 0)
      assert.equal(cost, total.cost?.total_micro_usd)
      assert.equal(
        groups.reduce((whole, group) => whole + group.runs, 0),
        total.runs,
      )
    }),
  )
})

test('the runs behind a figure add up to it', () => {
  fc.assert(
    fc.property(many, fc.constantFrom(...measures), (runs, measure) => {
      const reporter = new Reporter(measures)
      for (const facts of runs) reporter.add(facts)
      const figure = reporter.report(noCosts, () => undefined).total.figures.find(({ name }) => name === measure.name)
      const behind = runs.flatMap((facts) => runBehind(measure, facts) ?? [])
      assert.equal(sum(behind).denominator, figure?.denominator)
      if (measure.of !== 'time') assert.equal(sum(behind).numerator, figure?.numerator)
    }),
  )
})

test('cost lines are whole micro-dollars and add up exactly, whatever happens in a run', () => {
  let charged = 0
  fc.assert(
    fc.property(anyEvents, rates, (events, costs) => {
      const facts = factsFrom([happened('run.started'), ...events], { costs })
      for (const line of costLines) assert.ok(Number.isSafeInteger(facts.cost[line]) && facts.cost[line] >= 0, line)
      const { model, retries, rework, tools, people } = facts.cost
      assert.equal(totalCost(facts.cost), model + retries + rework + tools + people)
      const fees = feesIn(events, costs.toolFees)
      const ofModels = costOfModels(events)
      assert.equal(model + retries + rework + tools, ofModels + fees)
      charged += ofModels > 0 && fees > 0 ? 1 : 0
    }),
    { numRuns: 500 },
  )
  assert.ok(charged > 20, `only ${charged} runs had a model and a fee`)
})

const costOfModels = (events: readonly RunEvent[]): number =>
  events.reduce(
    (whole, { type, body }) =>
      type === 'turn.answered' || type === 'turn.failed' ? whole + body.usage.cost_micro_usd : whole,
    0,
  )

/** Counted the other way round: by tool, from all that was called or sent. */
function feesIn(events: readonly RunEvent[], fees: Readonly<Record<string, number>>): number {
  const tools = new Map<string, string>()
  let whole = 0
  for (const { type, body } of events) {
    if (type === 'action.proposed') tools.set(body.action, body.tool)
    if (type === 'action.returned' && body.called) whole += fees[tools.get(body.action) ?? ''] ?? 0
    if (type === 'effect.dispatched') whole += fees[body.tool] ?? 0
  }
  return whole
}

test('no share exceeds one, and what was not measured has no value', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const facts = factsFrom([happened('run.started'), ...events])
      for (const measure of measures) {
        if (measure.of === 'time' || measure.unit !== 'share') continue
        const { numerator, denominator } = countOf(measure, facts)
        assert.ok(numerator >= 0 && numerator <= denominator, `${measure.name}: ${numerator} of ${denominator}`)
      }
    }),
    { numRuns: 500 },
  )
  const empty = new Reporter(measures).report(noCosts, () => undefined)
  for (const { value, name } of empty.total.figures) assert.equal(value, null, name)
})
