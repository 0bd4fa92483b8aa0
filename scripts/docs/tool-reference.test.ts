import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { formatDuration } from '../../src/duration.ts'
import { defineTool } from '../../src/tools/define-tool.ts'
import { readRules } from '../architecture/rules.ts'
import { root } from './pages.ts'
import { rowsOf } from './read-table.ts'

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const rows = rowsOf(read('docs/reference/tool.md'), 'option')
const names = rows.map(([name = '']) => name.replaceAll('`', ''))

/** The members of `ToolBasics` as its file declares them, and `kind`, which the recovery adds. */
function declaredOptions(): readonly string[] {
  const [, body = ''] =
    /export interface ToolBasics<[\s\S]*?> \{\n([\s\S]*?)\n\}/.exec(read('src/tools/tool-definition.ts')) ?? []
  const members = [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name = '']) => name)
  return [...members, 'kind']
}

test('every option of a tool stands in its reference, once, and no other does', () => {
  const declared = declaredOptions()
  assert.ok(declared.length > 25, `only ${declared.length} options were found in the file`)
  assert.deepEqual(names.toSorted(), declared.toSorted())
})

const schemas = { inputSchema: z.strictObject({ a: z.string() }), outputSchema: z.object({}), execute: () => ({}) }
const write = defineTool({ ...schemas, name: 'write', description: '', kind: 'write', idempotency: { honoured: '1h' } })
const once = defineTool({ ...schemas, name: 'once', description: '', kind: 'write', atMostOnce: true })
const undone = defineTool({
  ...schemas,
  name: 'undone',
  description: '',
  kind: 'write',
  idempotency: { honoured: '1h' },
  undo: async () => {},
})
const reading = defineTool({ ...schemas, name: 'reading', description: '', kind: 'read' })
const sending = defineTool({ ...schemas, name: 'sending', description: '', kind: 'read', egress: true })

const time = (ms: number) => `\`'${formatDuration(ms)}'\``
const { retry, breaker } = write
const unsaid: Readonly<Record<string, string>> = {
  version: `\`'${write.version}'\``,
  risk: `by kind: read \`'${reading.risk}'\`, write \`'${write.risk}'\`, with \`undo\` \`'${undone.risk}'\``,
  egress: `\`${write.egress}\``,
  maxOutputBytes: `\`${write.maxOutputBytes.toLocaleString('en')}\``,
  atMostOnce: `\`${write.atMostOnce}\`; of a read with \`egress\` and no way to find out \`${sending.atMostOnce}\``,
  deadline: time(write.deadlineMs),
  settlesWithin: time(write.settlesWithinMs),
  retry: `${retry.attempts} sends, ${time(retry.backoffMs)}, ${time(retry.maxMs)}; for \`atMostOnce\` ${once.retry.attempts} send`,
  breaker: `${breaker.failures} failures, ${time(breaker.coolDownMs)}`,
}

test('what holds where an option is left out is what a tool has that leaves it out', () => {
  for (const [name, said] of Object.entries(unsaid)) {
    assert.equal(rows[names.indexOf(name)]?.[2], said, name)
  }
  for (const [name = '', , said = ''] of rows) {
    const isSaid = name.replaceAll('`', '') in unsaid
    assert.ok(isSaid || /^(needed|none\b.*)$/.test(said), `${name}: \`${said}\` is held by nothing`)
  }
})

test('the rules that it names are rules', () => {
  const known = readRules(read('ARCHITECTURE.md')).map(({ id }) => id)
  const named = rows.flatMap((row) => row[3]?.split(' ').filter((rule) => rule !== '') ?? [])
  assert.ok(named.length > 20)
  assert.deepEqual(
    named.filter((rule) => !known.includes(rule)),
    [],
  )
})
