import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { CharterError } from '../errors.ts'
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'
import type { Problem } from './problem.ts'
import { largestPage } from './read-yaml.ts'

const file = 'billing.charter.yaml'
const files: Record<string, string> = {
  './billing.prompt.md': 'Resolve {{ticket}}.',
  './refunds.cedar': 'forbid (principal, action, resource) when { context.dryRun };',
}
const load = (text: string) => loadCharter({ file, text, readFile: (each) => files[each] })
const pageOf = (text: string): Page => load(text).page
const toolOf = (rules: string) =>
  pageOf(`charter: 1\nagent: { name: a, stage: gated }\ntools: { pay: { ${rules} } }`).tools.pay

const sample = readFileSync(path.join(import.meta.dirname, 'sample.charter.yaml'), 'utf8')

/** The error of a page that is refused, with its problems as `line:column message`. */
function refused(text: string): { error: CharterError; said: string[] } {
  try {
    load(text)
  } catch (error) {
    assert.ok(error instanceof CharterError, String(error))
    assert.equal(error.code, 'charter_invalid')
    return { error, said: problemsOf(error).map(({ place, message }) => `${place.line}:${place.column} ${message}`) }
  }
  return assert.fail('the page was not refused')
}

function problemsOf(error: CharterError): Problem[] {
  assert.ok(Array.isArray(error.details.problems))
  return error.details.problems
}

const strict = (rest: string) => `charter: 1\nagent: { name: a, stage: gated }\n${rest}`

test('the page of the design is read key by key', () => {
  const { page, problems } = load(sample)
  assert.deepEqual(problems, [])
  assert.deepEqual(page.budget, {
    activeMs: 90_000,
    turns: 8,
    toolCalls: 5,
    promptTokens: 12_000,
    completionTokens: 1_500,
    costMicroUsd: 750_000,
  })
  assert.deepEqual(page.agent.stage, 'gated')
  assert.deepEqual(page.sharedBudgets, { dayMicroUsd: 40_000_000, sessionMicroUsd: 2_000_000 })
  assert.deepEqual(page.escalationRules, [
    { metric: 'tool_error_rate', comparison: '>', value: 0.1, action: 'handoff_to_human' },
  ])
  assert.deepEqual(page.approvals.high, [{ from: 'finance', count: 2, expiresInMs: 14_400_000 }])
  assert.deepEqual(page.prompt?.variables, [{ name: 'ticket', type: 'text' }])
  const refund = page.tools.request_refund
  assert.deepEqual(refund?.maxAmount, { minor: 5000, currency: 'usd' })
  assert.deepEqual(refund?.once, { per: 'invoice', withinMs: 2_592_000_000 })
  assert.deepEqual(refund?.limits.amount_usd, {
    measure: 'amount',
    currency: 'usd',
    per: 'customer',
    withinMs: 86_400_000,
    max: 10_000,
  })
  assert.deepEqual(page.tools.create_ticket?.rate, { count: 10, withinMs: 60_000 })
  assert.deepEqual(page.tools.create_ticket?.within.project, ['SUP'])
})

test('every key knows its place', () => {
  const lines = sample.split('\n')
  const places = Object.entries(pageOf(sample).places).filter(([each]) => /[a-z_]$/.test(each))
  assert.ok(places.length > 80)
  for (const [each, { line, column }] of places) {
    const key = each.slice(each.lastIndexOf('.') + 1)
    assert.equal(lines[line - 1]?.slice(column - 1, column + key.length), `${key}:`, each)
  }
})

const fixtures = path.resolve(import.meta.dirname, '../../../shared/fixtures')
const absent = existsSync(fixtures) ? false : 'the public examples are not beside this checkout'

test('P6 the public example agent-policy.yaml loads as it stands, and its sql tool is not callable', {
  skip: absent,
}, () => {
  const text = readFileSync(path.join(fixtures, 'agent-policy.yaml'), 'utf8')
  const { page, problems } = loadCharter({ file: 'fixtures/agent-policy.yaml', text, readFile: () => undefined })
  assert.equal(page.foreign, true)
  assert.equal(page.agent.name, 'agent-policy')
  assert.equal(page.agent.stage, 'gated')
  assert.equal(page.budget.costMicroUsd, 350_000)
  assert.deepEqual(page.tools.issue_refund?.requireApprovalOver, { minor: 2500, currency: 'usd' })
  assert.deepEqual(page.tools.run_sql_query?.notEnforced, ['mode', 'row_level_security'])
  assert.deepEqual(
    problems.map(({ level, code }) => `${level} ${code}`),
    ['warning name_missing', 'warning stage_missing'],
  )
})

test('P6 the public example refund-assistant.yaml loads as it stands, and says what nothing enforces', {
  skip: absent,
}, () => {
  const text = readFileSync(path.join(fixtures, 'refund-assistant.yaml'), 'utf8')
  const { page } = loadCharter({ file: 'refund-assistant.yaml', text, readFile: () => undefined })
  assert.deepEqual(
    page.notEnforced.map(({ key, place }) => [key, place.line, place.column]),
    [['models.escalate', 11, 3]],
  )
})

test('P6 a known key that nothing enforces yet is listed: inside a tool with the tool, elsewhere with its place', () => {
  const page = pageOf(
    strict('knowledge: { sources: [x] }\nenvironment: prod\ntools: { q: { allowed: true, tainted: { to: deny } } }'),
  )
  assert.deepEqual(page.tools.q?.notEnforced, ['tainted'])
  assert.deepEqual(page.notEnforced, [
    { key: 'knowledge', place: { file, line: 3, column: 1 } },
    { key: 'environment', place: { file, line: 4, column: 1 } },
  ])
})

test('P6 a key that asks for what always holds is enforced, and the same key that asks for something else is not', () => {
  const listed = (rest: string) => pageOf(strict(rest)).notEnforced.map(({ key }) => key)
  assert.deepEqual(listed('environment: dev\nlogging: { trace_id: true, log_tool_args: redact_pii }'), [])
  assert.deepEqual(listed('logging: { trace_id: false }'), ['logging.trace_id'])
})

test('an empty file is a charter under which nothing is allowed', () => {
  for (const text of ['', '\n', '# nothing yet\n', '---\n', 'null\n']) {
    const { page, problems } = load(text)
    assert.deepEqual(page.tools, Object.create(null))
    assert.equal(page.agent.stage, 'observe')
    assert.equal(page.agent.name, 'billing')
    assert.deepEqual(problems, [])
  }
})

test('a page that opens with `charter: 1` and names no stage writes nothing, and says so', () => {
  const { page, problems } = load('charter: 1\nagent: { name: a }\n')
  assert.equal(page.agent.stage, 'observe')
  assert.deepEqual(
    problems.map(({ level, code }) => [level, code]),
    [['warning', 'stage_missing']],
  )
})

test('a foreign page that names no stage is gated, because its thresholds mean what they say', () => {
  const { page, problems } = load('agent: { name: a }\ntools: { pay: { allowed: true, max_amount_usd: 5 } }')
  assert.equal(page.foreign, true)
  assert.equal(page.agent.stage, 'gated')
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['the page names no stage, so it is `gated`'],
  )
})

test('a page that opens with `charter: 1` must name its agent', () => {
  const { said } = refused('charter: 1\nagent: { stage: gated }\n')
  assert.deepEqual(said, ['2:1 the page does not name its agent: `agent.name` is missing'])
})

test('an unknown key of our own page is an error at its place, with the nearest name', () => {
  const { error, said } = refused(strict('tools:\n  pay:\n    allowed: true\n    max_amout_usd: 50\n'))
  assert.equal(error.message, 'unknown key `max_amout_usd`, did you mean `max_amount_usd`?')
  assert.deepEqual(error.place, { file, line: 6, column: 5 })
  assert.equal(error.param, 'tools.pay.max_amout_usd')
  assert.equal(said.length, 1)
})

test('an unknown key of a foreign page is a warning', () => {
  const { page, problems } = load('agent: { name: a, stage: gated, mood: good }\ntools: { pay: { allowed: true } }')
  assert.equal(page.tools.pay?.allowed, true)
  assert.deepEqual(
    problems.map(({ level, message }) => `${level}: ${message}`),
    ['warning: unknown key `mood`'],
  )
})

test('a key that stands in the wrong place is told its own', () => {
  const { error } = refused(strict('max_steps: 8'))
  assert.equal(error.hint, '`max_steps` stands under `agent`')
})

test('a misspelt first line does not turn the errors of the page into warnings', () => {
  const { said } = refused('chater: 1\nagent: { name: a, stage: gated }\n')
  assert.deepEqual(said, ['1:1 unknown key `chater`, did you mean `charter`?'])
})

test('a page of another version is refused at its number, and nothing else is said of it', () => {
  const { said } = refused('charter: 2\nagents: []\n')
  assert.deepEqual(said, ['1:10 this Charter reads pages of version 1, not of version `2`'])
  assert.match(refused('charter: "1"\nagent: { name: a, stage: gated }').error.message, /must be the number 1/)
})

test('all problems of a page are said at once, in reading order', () => {
  const { error, said } = refused(
    strict('on_cal: x\ntools:\n  pay: { allowed: yes, rate: 10/minute }\n  send: { once: { within: 30d } }\n'),
  )
  assert.deepEqual(said, [
    '3:1 unknown key `on_cal`, did you mean `on_call`?',
    '5:19 `tools.pay.allowed` must be `true` or `false`, not `yes`',
    '5:30 `tools.pay.rate` must be a rate such as `10/min`, not `10/minute`',
    '6:3 `send` does not say `allowed: true`, so it is not allowed',
    '6:17 `tools.send.once` lacks `per`',
  ])
  assert.equal(error.message, 'unknown key `on_cal`, did you mean `on_call`?')
})

test('P2 a price of 0.755 is refused, and one of 0.75 is read exactly', () => {
  assert.deepEqual(toolOf('allowed: true, max_amount_usd: 0.75')?.maxAmount, { minor: 75, currency: 'usd' })
  const { said } = refused(strict('tools: { pay: { allowed: true, max_amount_usd: 0.755 } }'))
  assert.match(said[0] ?? '', /^3:48 `tools.pay.max_amount_usd` must be an amount in usd.*0\.755/)
})

test('P2 money is read from the text of the page, never through a float', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000_000_00 }), fc.boolean(), (minor, quoted) => {
      const written = `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
      const rules = toolOf(`allowed: true, max_amount_usd: ${quoted ? `"${written}"` : written}`)
      assert.deepEqual(rules?.maxAmount, { minor, currency: 'usd' })
    }),
    { numRuns: 200 },
  )
})

test('P2 no exponent, sign, hexadecimal or separator passes for money', () => {
  for (const written of [
    '1e3',
    '-5',
    '+5',
    '0x10',
    '1_000',
    '1,000',
    '.5',
    '05',
    '.inf',
    '.nan',
    '"5 usd"',
    'true',
    '[5]',
  ]) {
    refused(strict(`tools: { pay: { allowed: true, max_amount_usd: ${written} } }`))
  }
})

test('P2 an amount has the decimals of its currency', () => {
  assert.deepEqual(toolOf('allowed: true, max_amount_jpy: 5000')?.maxAmount, { minor: 5000, currency: 'jpy' })
  refused(strict('tools: { pay: { allowed: true, max_amount_jpy: 50.5 } }'))
})

test('P2 the cost of a run is whole micro-dollars', () => {
  assert.equal(pageOf('charter: 1\nagent: { name: a, stage: auto, max_cost_usd: 0.000001 }').budget.costMicroUsd, 1)
  refused('charter: 1\nagent: { name: a, stage: auto, max_cost_usd: 0.0000001 }')
})

test('a currency that does not exist is an unknown key', () => {
  const { error } = refused(strict('tools: { pay: { allowed: true, max_amount_usb: 50 } }'))
  assert.equal(error.message, 'unknown key `max_amount_usb`, did you mean `max_amount_usd`?')
})

test('a tool has one maximum, so two currencies are refused', () => {
  const { error } = refused(strict('tools: { pay: { max_amount_usd: 50, max_amount_eur: 50 } }'))
  assert.match(error.message, /`max_amount_eur` and `max_amount_usd` say the same/)
})

test('P7 active time is given in whole seconds', () => {
  assert.equal(
    pageOf('charter: 1\nagent: { name: a, stage: auto, max_wall_clock_seconds: 90 }').budget.activeMs,
    90_000,
  )
  for (const written of ['0', '1.5', '90s', '-1', '"90"']) {
    const { error } = refused(`charter: 1\nagent: { name: a, stage: auto, max_wall_clock_seconds: ${written} }`)
    assert.match(error.message, /must be a whole number of 1 or more/)
  }
})

test('max_model_spend_usd is max_cost_usd, and both on one page are an error', () => {
  const spend = 'agent: { name: a, stage: auto, max_model_spend_usd: 0.35 }'
  assert.equal(pageOf(`charter: 1\n${spend}`).budget.costMicroUsd, 350_000)
  const { error } = refused('charter: 1\nagent:\n  name: a\n  max_cost_usd: 1\n  max_model_spend_usd: 1\n')
  assert.match(error.message, /`max_model_spend_usd` and `max_cost_usd` say the same/)
  assert.deepEqual(error.place, { file, line: 5, column: 3 })
})

test('a key that stands twice is an error at the second', () => {
  const { said } = refused('charter: 1\nagent:\n  name: a\n  name: b\n')
  assert.deepEqual(said, ['4:3 `name` stands twice, first on line 3'])
})

test('anchors, aliases, merge keys, tags, directives and second documents are refused where they stand', () => {
  const at = (text: string) => refused(text).said
  assert.match(at('a: &x 1\n')[0] ?? '', /^1:7 a page takes no anchors/)
  assert.match(at('a: &x [1]\nb: *x\n')[1] ?? '', /^2:4 a page takes no aliases such as `\*x`/)
  assert.match(at('a:\n  <<: { b: 1 }\n')[0] ?? '', /^2:3 a page takes no merge keys/)
  assert.match(at('a: !!str 1\n')[0] ?? '', /a page takes no tags/)
  assert.match(at('%YAML 1.1\n---\na: yes\n')[0] ?? '', /a page takes no YAML directives/)
  assert.match(at('a: 1\n---\nb: 1\n')[0] ?? '', /^3:1 a page is one document/)
  assert.match(at('? [a]\n: 1\n')[0] ?? '', /a key is a word/)
})

test('aliases that multiply are refused before anything is multiplied', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `l${i}: &l${i} [${`*l${i - 1}, `.repeat(i === 0 ? 0 : 9)}1]`)
  assert.ok(refused(lines.join('\n')).said.length > 30)
})

test('tabs, open quotes and unclosed lists are said where they stand', () => {
  assert.match(refused('a:\n\tb: 3\n').said[0] ?? '', /^2:1 this is not YAML: tabs/)
  assert.match(refused('a: [1, 2\nb: 3\n').said[0] ?? '', /^2:1 this is not YAML/)
  assert.match(refused('a: "x\n').said[0] ?? '', /this is not YAML: missing closing/)
})

test('a page that is too long or nested too deeply is refused', () => {
  assert.match(refused(`# ${'x'.repeat(largestPage)}`).error.message, /a page holds at most 65536 characters/)
  assert.match(refused(`a: ${'['.repeat(5000)}`).error.message, /nested too deeply/)
})

test('a prompt that is not there is an error where the page names it', () => {
  const { said } = refused(strict('prompt: ./gone.md\npolicies: [ ./gone.cedar ]'))
  assert.deepEqual(said, [
    '3:9 there is no file `./gone.md` beside the page',
    '4:13 there is no file `./gone.cedar` beside the page',
  ])
})

test('a page names files beside it, never an absolute path or an address', () => {
  for (const written of ['/etc/passwd', '~/x', 'C:\\x', 'https://x.example/y', '""']) {
    assert.match(refused(strict(`prompt: ${written}`)).error.message, /relative to the page/)
  }
})

test('the variables of a prompt are listed with their types, and a broken one is an error', () => {
  const withPrompt = (prompt: string) =>
    loadCharter({ file, text: strict('prompt: p.md'), readFile: () => prompt }).page.prompt?.variables
  assert.deepEqual(withPrompt('{{ticket}} of {{ amount: number }}, {{ticket}}'), [
    { name: 'ticket', type: 'text' },
    { name: 'amount', type: 'number' },
  ])
  assert.throws(() => withPrompt('one\n{{a b}}'), { message: /`p.md` line 2: `{{a b}}` is no variable/ })
  assert.throws(() => withPrompt('{{a: numbr}}'), { message: /did you mean `number`/ })
  assert.throws(() => withPrompt('{{a}} {{a: flag}}'), { message: /`a` is `text` before and `flag` here/ })
  assert.throws(() => withPrompt('{{a\n}}'), { message: /is no variable/ })
})

test('an escalation rule is a metric, a comparison and a number', () => {
  const rule = (condition: string) => strict(`escalation_rules:\n  - { if: "${condition}", action: halt }`)
  assert.deepEqual(pageOf(rule('tool_error_rate>=0.5')).escalationRules, [
    { metric: 'tool_error_rate', comparison: '>=', value: 0.5, action: 'halt' },
  ])
  const { error } = refused(rule('tool_eror_rate > 0.1'))
  assert.equal(error.message, 'unknown metric `tool_eror_rate`, did you mean `tool_error_rate`?')
  assert.deepEqual(error.place, { file, line: 4, column: 11 })
  refused(rule('tool_error_rate > 0.1 && true'))
})

test('nothing is summed per tool: that is what a rate is for', () => {
  const { error } = refused(strict('tools: { pay: { limits: { amount_usd: { per: tool, within: 1d, max: 5 } } } }'))
  assert.match(error.message, /must be a kind of subject, such as `customer`, not `tool`/)
  assert.equal(error.hint, 'for all calls of the tool together, use `rate`')
})

test('text that hides something is refused', () => {
  refused(strict('on_call: "a\\u202eb"'))
  refused(strict('models: { default: "\\ud800" }'))
  refused('\ud800')
  refused(strict('tools: { pay: { allowed: true, within: { to: ["\\u200b"] } } }'))
  refused('charter: 1\nagent: { name: a, stage: auto, purpose: "red \\u001b[31m" }')
})

test('no name of a tool finds what nobody wrote', () => {
  const { tools, places } = pageOf(strict('tools: { pay: { allowed: true } }'))
  for (const name of ['constructor', 'toString', '__proto__']) {
    assert.equal(tools[name], undefined)
    assert.equal(places[name], undefined)
  }
})

test('a tool is allowed only by `allowed: true`', () => {
  const { page, problems } = load(strict('tools: { pay: }'))
  assert.equal(page.tools.pay?.allowed, false)
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path]),
    [['allowed_missing', 'tools.pay']],
  )
})

test('the hash of a page changes with what it says and with its files, not with how it is written', () => {
  const page = (rest: string, prompt = 'Help.') =>
    loadCharter({ file, text: strict(rest), readFile: () => prompt }).page.hash
  const plain = page('prompt: p.md\ntools: { pay: { allowed: true, max_amount_usd: 50 } }')
  assert.match(plain, /^sha256:[0-9a-f]{64}$/)
  assert.equal(page('# hello\ntools:\n  pay: { max_amount_usd: "50.00", allowed: true }\nprompt: p.md'), plain)
  assert.notEqual(page('prompt: p.md\ntools: { pay: { allowed: true, max_amount_usd: 51 } }'), plain)
  assert.notEqual(page('prompt: p.md\ntools: { pay: { allowed: true, max_amount_usd: 50 } }', 'Hinder.'), plain)
  assert.notEqual(
    page('prompt: p.md\nslo: { success: 0.5 }\ntools: { pay: { allowed: true, max_amount_usd: 50 } }'),
    plain,
  )
})

test('whatever is done to a page, it loads or is refused at a place that exists', () => {
  const edit = fc.record({
    at: fc.nat(sample.length),
    drop: fc.nat(12),
    put: fc.constantFrom(
      '',
      ' ',
      '\t',
      ':',
      '{',
      '}',
      '[',
      '- ',
      '"',
      '&a ',
      '*a',
      '!x ',
      '\n',
      '---\n',
      '~',
      '1e9',
      '__proto__',
      '\u0000',
      '\ud800',
    ),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((now, { at, drop, put }) => now.slice(0, at) + put + now.slice(at + drop), sample)
      try {
        load(text)
      } catch (error) {
        assert.ok(error instanceof CharterError, String(error))
        const lines = text.split('\n')
        for (const { place } of problemsOf(error)) {
          assert.ok(place.line >= 1 && place.line <= lines.length, `line ${place.line}`)
          assert.ok(
            place.column >= 1 && place.column <= (lines[place.line - 1] ?? '').length + 1,
            `column ${place.column}`,
          )
        }
      }
    }),
    { numRuns: 300 },
  )
})
