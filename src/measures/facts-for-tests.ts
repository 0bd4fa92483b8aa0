/** Facts of runs for tests: written as events, played by chance, or whole and arbitrary. */
import fc from 'fast-check'
import type { Page } from '../charter/page.ts'
import type { JsonObject } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { RunEvent } from '../runs/events.ts'
import { type Costs, noCosts } from './costs.ts'
import { type FactSource, factsOf } from './fold-facts.ts'
import type { RunFacts } from './run-facts.ts'

/** As the ledger would give it back. */
const stored = (
  { type, body, at }: { readonly type: string; readonly body: object; readonly at: number },
  seq = 1,
  stream = 'run/run_1',
): LedgerEvent => ({
  ...{ position: seq, tenant: 'default', stream, seq, type, v: 1, at, actor: 'engine:eng_1', prevHash: '', hash: '' },
  body: JSON.parse(JSON.stringify(body)) as JsonObject,
})

export const factsFrom = (
  events: readonly RunEvent[],
  beside: Partial<Omit<FactSource, 'events'>> & { readonly page?: Page; readonly costs?: Costs } = {},
): RunFacts =>
  factsOf({
    run: 'run_1',
    handoffs: [],
    outcome: [],
    page: undefined,
    costs: noCosts,
    ...beside,
    events: events.map((event, index) => stored(event, index + 1)),
  })

const few = fc.nat(20)
const microUsd = fc.nat(2_000_000)

const anyTool = fc.record({
  proposals: few,
  invalid: few,
  denied: fc.dictionary(fc.constantFrom('denied_by_policy', 'limit_exceeded', 'stopped'), few),
  ...{ asked: few, answered: few, editedByPeople: few, deniedByPeople: few, citing: few, miscited: few },
  ...{ effects: few, unknown: few, resent: few, answers: few, rejected: few, told: few, ofEnded: few },
})

export const anyFacts: fc.Arbitrary<RunFacts> = fc.record({
  run: fc.uuid(),
  agent: fc.constantFrom('billing', 'support'),
  workflow: fc.constant('loop@1'),
  release: fc.constantFrom('sha256:a', 'sha256:b', 'sha256:c'),
  charter: fc.constantFrom('sha256:p', 'sha256:q'),
  model: fc.constantFrom('m/1', 'm/2', 'm/1 + m/2'),
  startedAt: fc.nat(1_000),
  endedAt: fc.option(fc.integer({ min: 1_000, max: 100_000 }), { nil: undefined }),
  status: fc.constantFrom('done', 'handed_off', 'failed'),
  activeMs: fc.nat(90_000),
  hasOutcome: fc.boolean(),
  outcome: fc.constantFrom('verified', 'failed', 'unverified'),
  faults: fc.uniqueArray(fc.constantFrom('denial_bypassed', 'unknown_effect', 'over_budget')),
  escalated: fc.boolean(),
  people: fc.record({ approvals: few, handoffs: few, requests: few }),
  turns: fc.record({ answered: few, failed: few }),
  tokens: fc.record({
    all: fc.nat(100_000),
    repeated: fc.nat(10_000),
    retried: fc.nat(1_000),
    documents: fc.nat(1_000),
  }),
  cost: fc.record({
    ...{ model: microUsd, tools: microUsd, retries: microUsd, people: microUsd, rework: microUsd },
    peopleMs: fc.nat(1_000_000),
  }),
  tools: fc.dictionary(fc.constantFrom('pay@1', 'pay@2', 'look@1'), anyTool),
})
