/** A run that somebody handed over as a file, checked before anything is read out of it. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { looksLikeCapsule } from '../capsules/capsule-format.ts'
import type { Capsule } from '../capsules/capsule-house.ts'
import { openCapsule } from '../capsules/check-capsule.ts'
import { defaultPriceBook } from '../models/default-price-book.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { createCompiledPages, type Project } from '../replays/played-world.ts'
import type { Call } from './call.ts'
import { loadConfig } from './load-config.ts'
import { type KeyGiven, publicKeyGiven } from './public-key.ts'

/** Nothing where what was named is no file: then it is the id of a run. */
export function capsuleBytes({ terminal }: Call, named: string): Buffer | undefined {
  const file = path.resolve(terminal.cwd, named)
  if (!existsSync(file) || !statSync(file).isFile()) return undefined
  const bytes = readFileSync(file)
  return looksLikeCapsule(bytes) ? bytes : undefined
}

/** Throws `ledger_tampered` where it is not what the key's holder signed. */
export async function capsuleNamed(call: Call, named: string, given: KeyGiven): Promise<Capsule | undefined> {
  const bytes = capsuleBytes(call, named)
  return bytes && openCapsule(bytes, await publicKeyGiven(call, given))
}

/** The tools of the agent in the configuration that is found here; nothing where none stands, or it knows no such agent. */
export async function projectHere(
  { terminal }: Call,
  config: string | undefined,
  agent: string,
): Promise<Project | undefined> {
  const loaded = await loadConfig(terminal, config)
  const tools = loaded?.config.agents.find(({ name }) => name === agent)?.tools
  if (!loaded || !tools) return undefined
  const { prices } = loaded.config
  return {
    tools,
    prices: defaultPriceBook({ asOf: terminal.clock.now(), ...(prices && { overrides: prices }) }),
    evaluator: createEvaluator(),
    compiled: createCompiledPages(tools),
  }
}
