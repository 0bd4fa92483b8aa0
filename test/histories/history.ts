/** A run as it was recorded once and is kept: never changed, and replayed by every Charter that comes after. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defaultPriceBook } from '../../src/models/default-price-book.ts'
import { createEvaluator } from '../../src/policy/evaluate.ts'
import { createProject } from '../../src/replays/project.ts'
import { type Replay, replayRun } from '../../src/replays/replay.ts'
import { type KeptRun, recordingIn } from '../recorded/kept-run.ts'
import { historyTools, nobody } from './tools.ts'

export interface History extends KeptRun {
  readonly history: 1
  /** What it is about, in a sentence. */
  readonly about: string
}

export const folder = path.join(import.meta.dirname, 'recorded')

export const historyFiles = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()

export const readHistory = (file: string): History => JSON.parse(readFileSync(path.join(folder, file), 'utf8'))

export function historyProject() {
  const tools = new Map(historyTools(nobody).map((tool) => [tool.name, tool]))
  return createProject({ tools, prices: defaultPriceBook({ asOf: 0 }), evaluator: createEvaluator() })
}

export const replayHistory = (history: History, project = historyProject()): Promise<Replay> =>
  replayRun(recordingIn(history), project)
