/** The third replay: a run whose process died is carried on by `charter run resume`, never back past an effect. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { spawnDesk } from '../../examples/refunds/desk/spawn-desk.ts'
import { openWitness } from '../../examples/refunds/desk/witness.ts'
import { childEnvironment } from '../approvals/child-environment.ts'

const root = path.resolve(import.meta.dirname, '../..')
const example = path.join(root, 'examples/refunds')
const refunds = '/refunds'
const notes = '/tickets/ZD-188240/notes'

/** The refunds example in a folder of its own: its desk, and its command line as processes. */
async function scene() {
  const folder = mkdtempSync(path.join(tmpdir(), 'resume-'))
  const desk = await spawnDesk(path.join(folder, 'desk.sqlite'))
  const witness = openWitness(desk.file)
  const begin = (...words: string[]) =>
    spawn(process.execPath, [path.join(root, 'bin/charter.js'), ...words], {
      cwd: folder,
      env: { ...childEnvironment, DESK_URL: desk.url },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const placed = ['--ledger', 'ledger.db', '--groups', path.join(example, 'charter.groups.yaml')]
  const configured = [...placed, '--config', path.join(example, 'charter.config.ts')]
  const charter = async (...words: string[]) => {
    const child = begin(...words)
    const out = (await Array.fromAsync(child.stdout)).join('')
    if (child.exitCode === null) await once(child, 'exit')
    return { out, exit: child.exitCode }
  }
  const start = () =>
    begin(
      ...['run', 'start', '--input', '{"ticket":"ZD-188240"}', '--key', 'ZD-188240'],
      ...['--on-behalf-of', 'ada@acme.example', '--subject', 'ticket=ZD-188240', '--subject', 'invoice=in_94A2'],
      ...configured,
    )
  return {
    witness,
    /** The next write there is answered so. */
    setFault: (fault: object) => fetch(`${desk.url}/_faults`, { method: 'POST', body: JSON.stringify(fault) }),
    arrivals: (at: string) => witness.arrivals().filter(({ method, path: to }) => method === 'POST' && to === at),
    committed: () => witness.commits().map(({ kind }) => kind),
    /** Starts the run, and kills its process as the machine would once that has happened at the desk. */
    async dieWhen(happened: () => boolean): Promise<string> {
      const child = start()
      for (const until = Date.now() + 20_000; !happened(); await wait(20))
        if (Date.now() > until) assert.fail('it never happened')
      child.kill('SIGKILL')
      await once(child, 'exit')
      const { out } = await charter('run', 'list', '--json', ...placed)
      const [row] = JSON.parse(out)
      assert.equal(row.status, 'running')
      return row.run
    },
    resume: (run: string) => charter('run', 'resume', run, ...configured),
    show: async (run: string) => (await charter('run', 'show', run, ...placed)).out,
    replay: (run: string) => charter('run', 'replay', run, ...configured),
    async [Symbol.asyncDispose]() {
      witness.close()
      await desk.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

test('a run that died after the desk had committed its refund is carried on, and the desk sees one commit', async () => {
  await using at = await scene()
  await at.setFault({ method: 'POST', path: refunds, times: 1, fault: 'commit_then_delay', ms: 60_000 })
  const run = await at.dieWhen(() => at.committed().includes('refund'))
  const { out, exit } = await at.resume(run)
  assert.equal(exit, 0, out)
  assert.match(out, new RegExp(`^${run} done`, 'm'))
  const sent = at.arrivals(refunds).map(({ idempotency_key: key }) => key)
  assert.equal(sent.length, 2, 'it is sent again, since nobody here knew that it had happened')
  assert.equal(new Set(sent).size, 1, 'under the key that it had')
  assert.deepEqual(at.committed(), ['refund', 'note'])
  assert.match(await at.show(run), /attempts +1 unknown.*2 committed/)
})

test('what the ledger knows as committed is not sent again: it is carried on behind it', async () => {
  await using at = await scene()
  await at.setFault({ method: 'POST', path: notes, times: 1, fault: 'delay', ms: 60_000 })
  const run = await at.dieWhen(() => at.arrivals(notes).length > 0)
  const { out, exit } = await at.resume(run)
  assert.equal(exit, 0, out)
  assert.equal(at.arrivals(refunds).length, 1)
  assert.deepEqual(at.committed(), ['refund', 'note'])
  const replayed = await at.replay(run)
  assert.match(replayed.out, new RegExp(`^${run} +same: `))
})
