import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPages } from './pages.ts'
import { saidCommands } from './said-commands.ts'
import { whatIsWrong } from './wrong-commands.ts'

const wrongIn = async (text: string, file = 'docs/a.md') => {
  const said = saidCommands({ file, text })
  const wrong = await Promise.all(said.map(whatIsWrong))
  return wrong.filter((each) => each !== undefined)
}

test('every call of charter that a page shows is one that the program takes', async () => {
  const pages = allPages()
  assert.ok(pages.flatMap(saidCommands).length > 100, 'the scan found hardly any calls')
  const wrong = await Promise.all(pages.map(({ file, text }) => wrongIn(text, file)))
  assert.deepEqual(wrong.flat(), [])
})

test('a verb, an option, a choice or an argument that there is not is named with its place', async () => {
  const text = [
    'Say `charter ledger rebild`.',
    '```sh',
    'charter stop on --scop everything',
    'X=1 npx charter stop on --level never',
    'cd a && charter approval show apr_1 apr_2 | head',
    '```',
  ].join('\n')
  const [verb, option, choice, argument, ...more] = await wrongIn(text)
  assert.match(verb ?? '', /^docs\/a\.md:1: `charter ledger rebild`/)
  assert.match(option ?? '', /^docs\/a\.md:3: .*--scop/)
  assert.match(choice ?? '', /^docs\/a\.md:4: .*`never` is none of/)
  assert.match(argument ?? '', /^docs\/a\.md:5: /)
  assert.deepEqual(more, [])
})

test('in a console only what was typed is a call; a call may go on in the next line, and what it lacks is not missed', async () => {
  const text = [
    '```console',
    '$ charter stop on --scope everything \\',
    '    --reason "two words" --level draft > out.txt # --nothing',
    'charter is what it prints --here',
    '```',
    '```ts',
    "charter stop --it('now')",
    '```',
    'Say `charter approval grant APPROVAL` or `charter run …`.',
  ].join('\n')
  const said = saidCommands({ file: 'docs/a.md', text })
  assert.deepEqual(
    said.map(({ words }) => words.join(' ')),
    ['stop on --scope everything --reason two words --level draft', 'approval grant APPROVAL', 'run'],
  )
  assert.deepEqual(await wrongIn(text), [])
})
