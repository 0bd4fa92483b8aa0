/** Runs that were recorded once, replayed by the Charter of today; with `--record` those stories that have no history yet. */
import { parseArgs } from 'node:util'
import { CharterError } from '../../src/errors.ts'
import { errorMessage } from '../../src/tools/error-message.ts'
import { historyFiles, historyProject, readHistory, replayHistory } from '../../test/histories/history.ts'
import { recordHistories } from '../../test/histories/record.ts'
import type { BenchInput, BenchReport } from '../bench.ts'

const required = 20

export async function run({ options, progress }: BenchInput): Promise<BenchReport> {
  if (readOptions(options).record) for (const name of await recordHistories()) progress(`recorded for good: ${name}`)
  const project = historyProject()
  const failures: string[] = []
  let decisions = 0
  for (const file of historyFiles()) {
    const replay = await replayHistory(readHistory(file), project)
    if (replay.verdict === 'same') decisions += replay.decisions
    else failures.push(`${file} is ${replay.verdict}: ${JSON.stringify(replay).slice(0, 500)}`)
  }
  const histories = historyFiles().length
  const same = histories - failures.length
  if (histories < required) failures.push(`there are ${histories} histories, and at least ${required} are required`)
  return { line: { histories, same, decisions }, failures }
}

function readOptions(args: readonly string[]) {
  try {
    const flags = { record: { type: 'boolean', default: false }, short: { type: 'boolean', default: false } } as const
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    throw new CharterError('usage', errorMessage(error), { param: 'options' })
  }
}
