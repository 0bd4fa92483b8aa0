import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'

interface FoundDocument {
  readonly found: readonly {
    readonly by: string
    readonly kind?: string
    readonly writes: readonly {
      readonly run: string
      readonly standing: string
      readonly effects: readonly unknown[]
    }[]
    readonly only_read_by: readonly string[]
  }[]
}

let project: Project
let runs: readonly string[]
before(async () => {
  project = await newProject()
  const started = []
  for (const order of ['o_1', 'o_3']) {
    const { out } = await project.charter(
      'run',
      'start',
      '--input',
      JSON.stringify({ order }),
      '--key',
      order,
      '--json',
    )
    started.push((JSON.parse(out) as RunDocument).run)
  }
  runs = started
})

test('ledger find tells the story of a write from the number of what it touched, with its kind or without', async () => {
  const named = await project.charter('ledger', 'find', 'order:o_1')
  assert.equal(named.exit, 0, named.err)
  assert.match(named.out, /^order o_1: 1 write, committed$/m)
  assert.match(named.out, /rule +refund_order\.allowed: true/)
  assert.match(named.out, /answered +refund=re_1/)
  assert.equal((await project.charter('ledger', 'find', 'o_1')).out, named.out)
  assert.equal((await project.charter('ledger', 'find', 'c_7')).out, named.out.replace('order o_1:', 'customer c_7:'))
})

test("ledger find knows a write by the vendor's number, its effect and its run as well", async () => {
  const { out } = await project.charter('ledger', 'find', 'o_1')
  const key = /key (ck_\S+?)[,\s]/.exec(out)?.[1] ?? ''
  for (const [name, by] of [
    ['re_1', 'reference'],
    [key, 'reference'],
    [`${runs[0]}:2.1`, 'effect'],
    [runs[0] ?? '', 'run'],
  ] as const) {
    const { found } = await project.json<FoundDocument>('ledger', 'find', name)
    assert.deepEqual(
      found.map((group) => [group.by, group.writes.map(({ run, standing }) => [run, standing])]),
      [[by, [[runs[0], 'committed']]]],
      name,
    )
  }
})

test('ledger find shows what was refused, with the words of the page', async () => {
  const { out } = await project.charter('ledger', 'find', 'order:o_3')
  assert.match(out, /order o_3: 1 write, denied_by_policy/)
  assert.match(out, /rule +refund_order\.max_amount_usd: 50\.00/)
})

test('ledger find that finds nothing exits with 10, and names the kinds that there are or the nearest one', async () => {
  const nothing = await project.charter('ledger', 'find', 'o_77')
  assert.equal(nothing.exit, 10)
  assert.match(nothing.err, /nothing in this ledger touched `o_77`\n +kinds that were touched: customer, order\n/)
  assert.match((await project.charter('ledger', 'find', 'ordr:o_1')).err, /did you mean `order:o_1`\?/)
  assert.equal((await project.charter('ledger', 'find', 'o_1', '--env', 'production')).exit, 10)
  const cut = await project.charter('ledger', 'find', 're_77', '--look', '1')
  assert.match(cut.err, /only the answers to the newest 1 write were looked through, more with --look/)
})

test('ledger find takes personal data out as run show does, unless somebody who may see it reveals it', async () => {
  const redactor = `{ find: async (texts) => texts.map((text) => (text === 'o_1' ? [{ kind: 'order', start: 0, end: 3 }] : [])) }`
  project.write(
    'redacting.config.ts',
    `import config from './charter.config.ts'\nexport default { ...config, redactor: ${redactor} }\n`,
  )
  const redacting = ['ledger', 'find', 'order:o_1', '--config', 'redacting.config.ts']
  const { out } = await project.charter(...redacting)
  assert.match(out, /refund_order .*order="\[redacted: order\]"/)
  assert.match(out, /task +order="?\[redacted: order\]/)
  assert.equal((await project.charter(...redacting, '--reveal')).exit, 3)
  const revealed = await project.charter(...redacting, '--reveal', '--as', 'sam@example.com')
  assert.match(revealed.out, /refund_order .*order=o_1/)
})

test('ledger find says by which deletion the content of a write is gone', async () => {
  await project.charter('retention', 'erase', 'order:o_1', '--as', 'sam@example.com', '--yes')
  const { out } = await project.charter('ledger', 'find', 'order:o_1')
  assert.match(out, /2\.1 refund_order\n/)
  assert.match(out, /\n {2}erased with its subject, .* by sam@example\.com \(ret_\w+\): input, prompt, arguments/)
})
