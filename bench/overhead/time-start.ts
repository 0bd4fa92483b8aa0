/** What a fresh process costs: memory at rest, and the time until it has committed its first action. */
import path from 'node:path'
import type { FirstAction } from './first-action-process.ts'
import type { IdleMeasured } from './idle-process.ts'
import type { Places } from './places.ts'
import { median } from './ratios.ts'
import { runProgram } from './run-program.ts'

export interface Start {
  readonly idle_rss_mb: number
  readonly first_action_ms: number
}

const program = (name: string): string => path.join(import.meta.dirname, `${name}-process.ts`)

export async function timeStart(places: Places, times: number): Promise<Start> {
  const rss: number[] = []
  const first: number[] = []
  for (let time = 0; time < times; time++) {
    rss.push((await inFreshPlace<IdleMeasured>(places, 'idle')).rss_mb)
    const began = performance.timeOrigin + performance.now()
    first.push((await inFreshPlace<FirstAction>(places, 'first-action')).at - began)
  }
  return { idle_rss_mb: median(rss), first_action_ms: median(first) }
}

async function inFreshPlace<Line>(places: Places, name: string): Promise<Line> {
  const { place, folder, remove } = await places.fresh('file')
  try {
    return await runProgram<Line>(program(name), { place, folder })
  } finally {
    await remove()
  }
}
