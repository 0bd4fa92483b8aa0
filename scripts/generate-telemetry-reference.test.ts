import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { otelSpan } from '../src/telemetry/otel-span.ts'
import { pageSpan } from '../src/traces/page-span.ts'
import { spansOfRun } from '../src/traces/run-spans.ts'
import { hasEnded, type Span } from '../src/traces/span.ts'
import { refundHouse } from '../test/refund-house.ts'
import { troubledPage, troubledRuns } from '../test/troubled-runs.ts'
import { telemetryReference, telemetryReferenceFile } from './generate-telemetry-reference.ts'
import { spanTable } from './span-table.ts'

test('the reference of telemetry is the one that the tables make', () => {
  const isInSync = readFileSync(telemetryReferenceFile, 'utf8') === telemetryReference()
  assert.ok(isInSync, 'run `node_modules/.bin/node scripts/generate-telemetry-reference.ts` and commit what it writes')
})

test('the spans of real runs have the attributes, names and parents that the reference gives them, and no others', async () => {
  await using house = await refundHouse({ page: troubledPage })
  const { sealer, ledger } = house.runtime.house
  const [applied] = (await ledger.tail('default', 0, 100)).filter(({ type }) => type === 'charter.applied')
  const spans: Span[] = applied ? [pageSpan(applied)] : []
  for (const run of await troubledRuns(house)) spans.push(...spansOfRun(run, await house.events(run), sealer))
  const kinds = new Map(spans.map(({ spanId, kind }) => [spanId, kind]))
  for (const [kind, { name, under, attributes }] of Object.entries(spanTable)) {
    const own = spans.filter((span) => span.kind === kind)
    assert.ok(own.length > 0, `no run has a span of the kind ${kind}`)
    for (const span of own) {
      assert.deepEqual(Object.keys(span.attributes).toSorted(), Object.keys(attributes).toSorted(), kind)
      const parent = kinds.get(span.parentId ?? '')
      assert.ok(
        parent === undefined ? !/^(turn|action|effect)/.test(under) : under.includes(parent),
        `${kind} under ${parent}`,
      )
      if (hasEnded(span)) assert.equal(otelSpan(span, 'run').name.split(' ')[0], name.split(' ')[0])
    }
  }
})

test('every attribute of the reference is really said in some run', async () => {
  await using house = await refundHouse({ page: troubledPage })
  const said = new Set<string>()
  for (const run of await troubledRuns(house))
    for (const { kind, attributes } of spansOfRun(run, await house.events(run), house.runtime.house.sealer))
      for (const [name, value] of Object.entries(attributes)) if (value !== undefined) said.add(`${kind}.${name}`)
  const unsaid = Object.entries(spanTable).flatMap(([kind, { attributes }]) =>
    Object.keys(attributes)
      .map((name) => `${kind}.${name}`)
      .filter((name) => !said.has(name) && kind !== 'page'),
  )
  assert.deepEqual(unsaid.toSorted(), rare.toSorted())
})

/** Said only where a provider fails, a run is handed over or a budget runs out; tests of those have them. */
const rare: readonly string[] = []
