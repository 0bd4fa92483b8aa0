/** Plays a plan to its end, and says what it came to. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { checkAtEnd } from './at-end.ts'
import type { Facts } from './facts.ts'
import { keyringFile, ledgerFile } from './files.ts'
import type { Kit } from './kit.ts'
import { worldBegins } from './kit.ts'
import type { Plan } from './plan.ts'
import { settled } from './scheduler.ts'
import type { Tally } from './tally.ts'
import type { Violation } from './witness.ts'
import { World } from './world.ts'

export interface Played {
  readonly violation: Violation | undefined
  readonly trace: string
  readonly lines: readonly string[] | undefined
  readonly steps: number
  readonly tally: Tally
  readonly effects: number
  readonly commits: number
  readonly decisions: number
  readonly runs: Readonly<Record<string, number>>
  readonly complaints: ReadonlyMap<string, number>
}

/** When faults cease, and how long a run may take to come to rest after that: milliseconds. */
const horizonMs = 6_000
const patienceMs = 40_000
const lookAgainMs = 61_000
const mostSteps = 60_000

export interface Playing {
  /** For people to read. */
  readonly keepsLines?: boolean
  /** A folder that gets the files, as `charter` looks for them. */
  readonly keepIn?: string | undefined
}

export async function play(plan: Plan, kit: Kit, { keepsLines = false, keepIn }: Playing = {}): Promise<Played> {
  const world = new World({ plan, kit, template: await kit.template(plan.page), keepsLines })
  try {
    world.begin()
    await live(world)
    const decisions = world.witness.violation ? 0 : await whileTimeGoesOn(world, checkAtEnd(world))
    return playedOf(world, decisions)
  } finally {
    world.shutDown()
    if (keepIn !== undefined) keepFiles(world, keepIn)
    rmSync(path.join(kit.folder, 'world'), { recursive: true, force: true })
  }
}

function keepFiles({ machine }: World, folder: string): void {
  mkdirSync(path.join(folder, '.charter'), { recursive: true })
  for (const log of ['', '-wal']) {
    copyIfThere(machine.fileOf(ledgerFile + log), path.join(folder, ledgerFile + log))
    copyIfThere(machine.fileOf(keyringFile + log), path.join(folder, '.charter', keyringFile + log))
  }
}

function copyIfThere(file: string, target: string): void {
  if (existsSync(file)) cpSync(file, target)
}

async function live(world: World): Promise<void> {
  await until(world, horizonMs, () => isAtRest(world))
  world.calm()
  const rested = await until(world, patienceMs, () => isAtRest(world))
  if (!rested) return notAtRest(world)
  if (![...world.witness.facts.effects.values()].some(({ status }) => status === 'unknown')) return
  // What was given up is asked about again a minute later.
  world.sleep(lookAgainMs)
  await until(world, lookAgainMs + 1_500, () => false)
  if (!isAtRest(world)) notAtRest(world)
}

/** Until it is so, or time is up, or something is wrong; whether it was so. */
async function until(world: World, ms: number, isSo: () => boolean): Promise<boolean> {
  const { scheduler, witness } = world
  const end = scheduler.now + ms
  for (let steps = 0; witness.violation === undefined; steps++) {
    if (steps % 16 === 0 && isSo()) return true
    if (steps > mostSteps) {
      witness.fail('hung', `${mostSteps} steps led nowhere`)
      return false
    }
    if (!(await scheduler.step(end))) return isSo()
  }
  return false
}

/** What is asked of the product may want a commit, and so a turn of its loop. */
async function whileTimeGoesOn<Answer>({ scheduler }: World, work: Promise<Answer>): Promise<Answer> {
  let isOver = false
  const watched = work.finally(() => {
    isOver = true
  })
  while (!isOver) if (!(await scheduler.step())) await settled()
  return watched
}

function notAtRest({ witness, society }: World): void {
  const running = [...witness.facts.runs.values()].filter((run) => !rests(witness.facts, run.run))
  const said = running.map(({ run, status, awaits }) => `${run} is ${status} ${awaits?.for ?? ''}`)
  if (witness.violation === undefined)
    witness.fail('hung', said.join(', ') || `people never got their way: ${society.isBusy}`)
}

function isAtRest({ witness, society, engine }: World): boolean {
  return engine.isUp && !society.isBusy && [...witness.facts.runs.keys()].every((run) => rests(witness.facts, run))
}

/** It has ended, or waits for people who have not answered. */
function rests({ runs, all, stops }: Facts, id: string): boolean {
  const run = runs.get(id)
  if (!run || run.status === 'ended') return true
  if (run.status === 'running' || !run.awaits) return false
  const { for: what, id: awaited } = run.awaits
  if (what === 'stop')
    return stops.some(({ until, what }) => until === Number.POSITIVE_INFINITY && what.stop === awaited)
  const stream = what === 'approval' ? `approval/${awaited}` : `handoff/${awaited}`
  return !answers.has(all.findLast((fact) => fact.stream === stream && fact.type !== 'approval.consumed')?.type ?? '')
}

const answers = new Set([
  'approval.granted',
  'approval.denied',
  'approval.edited',
  'approval.expired',
  'handoff.resolved',
  'handoff.returned',
])

function playedOf({ witness, trace, scheduler, tally, vendor, complaints }: World, decisions: number): Played {
  const runs: Record<string, number> = {}
  for (const { status } of witness.facts.runs.values()) runs[status] = (runs[status] ?? 0) + 1
  trace.note(`ended at ${(scheduler.now - worldBegins).toFixed(3)}`)
  return {
    violation: witness.violation,
    trace: trace.digest(),
    lines: trace.lines,
    steps: scheduler.steps,
    tally,
    effects: witness.facts.effects.size,
    commits: vendor.commits.length,
    decisions,
    runs,
    complaints,
  }
}
