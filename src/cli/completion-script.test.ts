import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { shells } from './completion-script.ts'
import { say } from './terminal-for-tests.ts'
import { verbs } from './verbs.ts'

const here = { cwd: import.meta.dirname }

for (const shell of shells) {
  test(`completion for ${shell} lists every verb and every option`, async () => {
    const { exit, out } = await say(here, 'completion', shell)
    assert.equal(exit, 0)
    for (const { name, options } of verbs) {
      for (const word of name.split(' ')) assert.match(out, new RegExp(`\\b${word}\\b`), name)
      for (const { flags } of Object.values(options)) {
        const long = /--([\w-]+)/.exec(flags)?.[1] ?? flags
        assert.ok(out.includes(long), `${name} ${flags}`)
      }
    }
  })
}

/** What bash would offer for the words, the last of them unfinished. */
async function offered(...words: string[]): Promise<readonly string[]> {
  const { out: script } = await say(here, 'completion', 'bash')
  const program = [
    script,
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _charter`,
    `printf "%s\\n" "\${COMPREPLY[@]}"`,
  ].join('\n')
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n')
}

test('bash itself offers verbs, then options, then the choices of an option', async () => {
  assert.deepEqual(await offered('charter', 'sche'), ['schema'])
  assert.ok((await offered('charter', 'schema', '--')).includes('--draft'))
  assert.deepEqual(await offered('charter', 'schema', '--draft', 'dra'), ['draft-07'])
})

test('an unknown shell is refused with those that are known', async () => {
  const { exit, err } = await say(here, 'completion', 'basch')
  assert.equal(exit, 3)
  assert.match(err, /`basch` is none of bash, zsh, fish/)
  assert.match(err, /did you mean `bash`\?/)
})
