/**
 * The same at the doors of the house: runs in whose input, arguments, results and words stand values of every class are
 * shown and exported by the command line, to anybody and to somebody who may see them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { call, refundHouse } from '../../test/refund-house.ts'
import { type Rebuilt, rebuildLedgers } from '../rebuild-ledger.ts'
import { charter } from '../retention/command.ts'
import type { Random } from '../tau-retail/random.ts'
import type { Generator } from './case.ts'
import type { Doors } from './report.ts'

export async function tryDoors(
  generators: readonly Generator[],
  random: Random,
): Promise<{ doors: Doors; rebuilt: Rebuilt }> {
  await using ends = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-redaction-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  mkdirSync(path.join(folder, '.charter'))
  writeFileSync(path.join(folder, 'charter.groups.yaml'), 'principals: [dana@acme.example]\ngroups: {}\n')
  const ledger = path.join(folder, '.charter', 'ledger.db')
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const house = ends.use(await refundHouse({ database: 'file', options: { ledger, keyring } }))
  const drawn = generators.flatMap(({ name, positive }) =>
    Array.from({ length: 2 }, () => ({ isSecret: secrets.includes(name), ...positive(random) })),
  )
  const runs: string[] = []
  for (const [n, { value, before = '', behind = '' }] of drawn.entries()) {
    const said = `Take ${before}${value}${behind} please.`
    const turns = [
      { say: said, ...call('request_refund', { invoice: 'in_1', amount: '1.00', reason: said }) },
      { say: said },
    ]
    const run = await house.start(turns, { input: { conversation: `c${n + 1}`, note: said } })
    await house.settled(run)
    runs.push(run)
  }
  await house.runtime.close()
  const place = { folder, ledger }
  const seen = (...more: readonly string[]) => [
    charter(place, ['run', 'export', '--all', ...more]),
    charter(place, ['run', 'show', runs[0] ?? '', '--json', ...more]),
  ]
  const [anybody, allowed] = [seen().join('\n'), seen('--reveal', '--as', 'dana@acme.example').join('\n')]
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1)
  const personal = drawn.filter(({ isSecret }) => !isSecret)
  const leaked = drawn.filter(({ value }) => anybody.includes(inJson(value))).length
  const secretsShown = drawn.filter(({ isSecret, value }) => isSecret && allowed.includes(inJson(value))).length
  const doors = {
    values: personal.length,
    leaked: leaked + secretsShown,
    revealed: personal.filter(({ value }) => allowed.includes(inJson(value))).length,
  }
  return { doors, rebuilt: await rebuildLedgers([place]) }
}

/** Classes that nobody is to see. */
const secrets: readonly string[] = ['api_key', 'aws_key', 'github_token', 'jwt', 'private_key', 'password']
