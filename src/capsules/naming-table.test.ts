import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namingOf, notingNames } from './naming-table.ts'

const own = {
  digest: (value: unknown) => `hmac-sha256:${JSON.stringify(value).length}`,
  pseudonym: (kind: string, value: string) => `${kind}:${value.length}`,
}

test('L6 a table names what was asked for and nothing else, and does not say what that was', () => {
  const notes = notingNames(own, 'a0')
  notes.naming.digest({ invoice: 'in_1' })
  notes.naming.pseudonym('invoice', 'in_1')
  const table = notes.table()
  const naming = namingOf(table)
  assert.equal(naming.digest({ invoice: 'in_1' }), own.digest({ invoice: 'in_1' }))
  assert.equal(naming.pseudonym('invoice', 'in_1'), 'invoice:4')
  assert.doesNotMatch(JSON.stringify(table), /in_1/)
  const unknown = [naming.digest('in_1'), naming.pseudonym('invoice', 'in_2'), naming.pseudonym('customer', 'in_1')]
  assert.ok(unknown.every((name) => name.startsWith('not-in-capsule:')))
  assert.equal(new Set(unknown).size, 3)
})

test('the same value is found under another hash in another capsule', () => {
  const tables = ['a0', 'b1'].map((salt) => {
    const notes = notingNames(own, salt)
    notes.naming.pseudonym('invoice', 'in_1')
    return Object.keys(notes.table().names)[0]
  })
  assert.notEqual(tables[0], tables[1])
})
