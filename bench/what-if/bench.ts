/**
 * What if people had been asked sooner? Runs are recorded at a real desk, the desk is taken away, and `charter run what-if`
 * says which decisions a lower threshold flips. What it has to say follows from the amounts alone.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { readShortOption } from '../short-option.ts'
import { randomOf } from '../tau-retail/random.ts'
import { pageFile } from './agent.ts'
import { type Compared, compare } from './compare.ts'
import { recordRuns } from './record-runs.ts'
import { silentPort } from './silent-port.ts'
import { suppose } from './suppose.ts'

const before = 50
const after = 25
const required = { runs: 200, flips: 20, unchanged: 20, extra_approvals: 20 }

export async function run({ seed, options, progress }: BenchInput): Promise<BenchReport> {
  const { short } = readShortOption(options)
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-what-if-'))
  try {
    mkdirSync(path.join(folder, '.charter'))
    const recorded = await recordRuns(folder, short ? 60 : 260, randomOf(seed, 'what-if'))
    progress(`${recorded.refunds.length} runs recorded, ${recorded.commits} refunds at the desk`)
    await using port = await silentPort(recorded.deskUrl)
    const lower = pageIn(folder, after)
    const compared = compare(await suppose(folder, recorded, lower), recorded, {
      before: before * 100,
      after: after * 100,
    })
    // The control: under the page that was there nothing may flip.
    const same = await suppose(folder, recorded, pageIn(folder, before))
    const control = compare(same, recorded, { before: before * 100, after: before * 100 })
    const rebuilt = await rebuildLedgers([{ folder, ledger: recorded.ledger }])
    const line = {
      ...{ ...compared, wrong: compared.wrong.length },
      recorded_commits: recorded.commits,
      vendor_connections: port.connections,
      control_flips: control.flips,
      control_wrong: control.wrong.length,
      rebuilt_same: rebuilt.same,
      rebuild_finds_edit: rebuilt.findsEdit,
      short,
    }
    return { line, failures: failuresOf(compared, control, line, short) }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function pageIn(folder: string, usd: number): string {
  const file = path.join(folder, `over-${usd}.charter.yaml`)
  const text = readFileSync(pageFile, 'utf8')
  const written = text.replace(/require_approval_over_usd: \d+/, `require_approval_over_usd: ${usd}`)
  writeFileSync(file, written)
  return file
}

interface Line {
  readonly vendor_connections: number
  readonly rebuilt_same: boolean
  readonly rebuild_finds_edit: boolean
}

function failuresOf(compared: Compared, control: Compared, line: Line, short: boolean): string[] {
  const counts = Object.entries(required).flatMap(([name, least]) => {
    const count = Number(compared[name as keyof typeof required])
    return count < least && !short ? [`${name} is ${count}, and at least ${least} is required`] : []
  })
  return [
    ...counts,
    ...compared.wrong.map((run) => `of ${run} something else was said than its amount says`),
    ...control.wrong.map((run) => `${run} flips under the page that was there`),
    ...(line.vendor_connections > 0 ? [`the desk was reached for ${line.vendor_connections} times`] : []),
    ...(line.rebuilt_same ? [] : ['a rebuilt list is another']),
    ...(line.rebuild_finds_edit ? [] : ['an edited list was not found']),
  ]
}
