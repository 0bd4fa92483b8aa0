/** Records the stories that have no history yet. What was recorded once is never recorded again. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { keepRun } from '../recorded/kept-run.ts'
import { folder, type History, historyFiles } from './history.ts'
import { openShop, type Story, stories } from './stories.ts'

/** The names of those that were recorded now. */
export async function recordHistories(): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true })
  const fresh = stories.filter(({ name }) => !existsSync(fileOf(name)))
  for (const story of fresh) writeFileSync(fileOf(story.name), `${JSON.stringify(await record(story))}\n`)
  writeFileSync(path.join(folder, 'SHA256SUMS'), historyFiles().map(sumLine).join(''))
  return fresh.map(({ name }) => name)
}

const fileOf = (name: string): string => path.join(folder, `${name}.json`)

const sumLine = (file: string): string =>
  `${createHash('sha256')
    .update(readFileSync(path.join(folder, file)))
    .digest('hex')}  ${file}\n`

async function record(story: Story): Promise<History> {
  const { house, shop } = await openShop(story.page)
  await using open = house
  const run = await story.play(open, shop)
  const { house: parts, keyring } = open.runtime
  return { history: 1, about: story.about, ...(await keepRun({ ...parts, keyring }, run)) }
}
