/** What a report says of the demo's runs, beside what the desk's own log says of them. */
import assert from 'node:assert/strict'
import { commandLine } from './demo/command-line.ts'
import { deskLog } from './demo-for-tests.ts'

interface Said {
  readonly runs: number
  readonly total: {
    readonly figures: readonly { readonly name: string; readonly numerator: number; readonly denominator: number }[]
    readonly cost: { readonly total_micro_usd: number; readonly lines: readonly { readonly micro_usd: number }[] }
    readonly reasons: Readonly<Record<string, number>>
  }
}

/** It counts writes and re-sendings as the desk does, and finds nothing that the page forbids. */
export async function reportAgrees(
  home: string,
  env: Readonly<Record<string, string>>,
  runs: readonly { readonly run: string }[],
): Promise<void> {
  const charter = commandLine(home, env)
  const said: Said = JSON.parse(await charter('report', '--json'))
  const figure = (name: string) => {
    const { numerator, denominator } = said.total.figures.find((each) => each.name === name) ?? assert.fail(name)
    return [numerator, denominator]
  }
  const { arrivals, commits } = deskLog(home)
  const sent = arrivals.filter(({ method, path }) => method === 'POST' && !path.startsWith('/_'))
  const [resent = 0, effects = 0] = figure('retries')
  assert.equal(effects + resent, sent.length, 'every sending arrived at the desk')
  assert.equal(resent, sent.length - commits.length, 'what was sent again was written once')
  assert.deepEqual(figure('unknown_effects'), [0, effects])
  assert.equal(said.runs, runs.length)
  const [clean, ended] = figure('process_integrity')
  assert.equal(clean, ended)
  assert.deepEqual(figure('policy_violations'), [0, ended])
  const { total_micro_usd: total, lines } = said.total.cost
  assert.equal(
    lines.reduce((sum, { micro_usd: amount }) => sum + amount, 0),
    total,
  )
  const behind: { run: string; numerator: number }[] = JSON.parse(
    await charter('report', '--runs', 'unsafe_attempts', '--json'),
  )
  const [denied] = figure('unsafe_attempts')
  assert.equal(
    behind.reduce((sum, { numerator }) => sum + numerator, 0),
    denied,
  )
  assert.ok(denied !== undefined && denied > 0, 'the demo has an attempt that judgement refused')
}
