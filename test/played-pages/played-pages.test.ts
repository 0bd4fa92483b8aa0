/** The pages that are played: what they show is what a house prints in which that very thing has happened. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPages } from '../../scripts/docs/pages.ts'
import { houses } from './houses.ts'
import { houseOf, playPage } from './play.ts'
import { firstDifference, Naming } from './same-output.ts'

const pages = allPages().filter(({ text }) => houseOf(text) !== undefined)

for (const { file, text } of pages) {
  test(`${file} shows what is printed`, async () => {
    const open = houses[houseOf(text) ?? '']
    assert.ok(open, `no house is called \`${houseOf(text)}\``)
    await using project = await open()
    const { commands, differences } = await playPage(text, project)
    assert.ok(commands > 0, 'the page plays no command')
    assert.deepEqual(differences, [], 'see test/played-pages/write.ts')
  })
}

test('every house is that of a page, and every runbook has one', () => {
  const named = pages.map(({ text }) => houseOf(text) ?? '')
  assert.deepEqual(Object.keys(houses).toSorted(), [...new Set(named)].toSorted())
  const runbooks = allPages().filter(({ file }) => /^docs\/runbooks\/(?!README)/.test(file))
  assert.deepEqual(
    runbooks.filter(({ text }) => houseOf(text) === undefined).map(({ file }) => file),
    [],
  )
  assert.equal(runbooks.length, 10)
})

const id = (letter: string) => `run_${letter.repeat(20)}`

test('a line that is printed otherwise, left out or added is found; ids, times and widths are not looked at', () => {
  const same = (shown: string[], printed: string[]) => firstDifference(shown, printed, new Naming()) === undefined
  assert.ok(same([`${id('A')}  done  3.1s ago`], [`${id('B')} done   12m 4s ago`]))
  assert.ok(!same([`${id('A')} done`], [`${id('B')} denied`]))
  assert.ok(!same(['a', 'b'], ['a']))
  assert.ok(!same(['a'], ['a', 'b']))
  assert.ok(same(['a', '…', 'd'], ['a', 'b', 'c', 'd']))
  assert.ok(!same(['a', '…', 'e'], ['a', 'b', 'c', 'd']))
  assert.ok(!same(['$0.0012'], ['$0.0013']))
})

test('one id of the page is one id of the house', () => {
  const naming = new Naming()
  assert.equal(firstDifference([id('A'), id('A')], [id('B'), id('B')], naming), undefined)
  assert.equal(naming.toHouse(`charter run show ${id('A')}`), `charter run show ${id('B')}`)
  assert.ok(firstDifference([id('A')], [id('C')], naming))
  assert.ok(firstDifference([id('D')], [id('B')], naming))
})
