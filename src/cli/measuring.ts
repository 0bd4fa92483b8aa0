/** What reports and reviews are made with: the measures, the costs of the configuration, and the pages in force. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseDecimal } from '../charter/decimal.ts'
import type { Page } from '../charter/page.ts'
import type { CharterConfig } from '../define-config.ts'
import { CharterError, nearest } from '../errors.ts'
import { type Json, partOf } from '../json.ts'
import { type Costs, noCosts } from '../measures/costs.ts'
import { type GivenValues, measureOfMetric } from '../measures/define-metric.ts'
import type { Measure } from '../measures/measure.ts'
import { measures } from '../measures/measures.ts'
import { pageBook } from '../measures/read-facts.ts'
import type { Call } from './call.ts'
import { loadConfig } from './load-config.ts'
import type { OpenHouse } from './open-house.ts'
import { text } from './parameter.ts'

export const valuesOption = text(
  '--values <file>',
  'what your own metrics count of runs: lines of {"run": "run_…", "metric": "csat", "value": 4}',
)

export interface Measuring {
  readonly measures: readonly Measure[]
  readonly costs: Costs
}

/** Throws `config_invalid`, and `usage` for values that cannot be read or are of no metric. */
export async function measuringOf(
  call: Call,
  given: { readonly config: string | undefined; readonly values?: string | undefined },
): Promise<Measuring> {
  const { config } = (await loadConfig(call.terminal, given.config)) ?? {}
  const metrics = config?.metrics ?? []
  const values = given.values === undefined ? new Map() : readValues(call, given.values)
  for (const name of values.keys()) {
    if (metrics.some((metric) => metric.name === name)) continue
    throw new CharterError('usage', `no metric \`${name}\` is defined`, {
      param: '--values',
      hint: `add \`defineMetric({ name: '${name}', … })\` to \`metrics\` of the configuration`,
    })
  }
  return {
    measures: [...measures, ...metrics.map((metric) => measureOfMetric(metric, values))],
    costs: costsOf(config?.costs, config?.agents ?? []),
  }
}

/** Throws `usage` with the nearest name. */
export function measureNamed(all: readonly Measure[], name: string, param: string): Measure {
  const found = all.find((measure) => measure.name === name)
  if (found) return found
  const names = all.map((measure) => measure.name)
  const near = nearest(name, names)
  throw new CharterError('usage', `no measure \`${name}\``, {
    param,
    hint: near === undefined ? `one of ${names.join(', ')}` : `did you mean \`${near}\`?`,
  })
}

function costsOf(given: CharterConfig['costs'], agents: CharterConfig['agents']): Costs {
  if (given === undefined) return noCosts
  const { peoplePerHourUsd, minutesPerSignature = 0, toolFeesUsd = {} } = given
  if (!(minutesPerSignature >= 0)) throw invalid('minutesPerSignature', String(minutesPerSignature))
  requireTools(Object.keys(toolFeesUsd), agents)
  const fees = Object.entries(toolFeesUsd).map(([tool, fee]) => [tool, microUsd(`toolFeesUsd.${tool}`, fee)] as const)
  return {
    ...(peoplePerHourUsd !== undefined && { peoplePerHour: microUsd('peoplePerHourUsd', peoplePerHourUsd) }),
    msPerSignature: Math.round(minutesPerSignature * 60_000),
    toolFees: Object.fromEntries(fees),
  }
}

/** A fee under a misspelt name would be a fee that nobody pays. Throws `config_invalid`. */
function requireTools(named: readonly string[], agents: CharterConfig['agents']): void {
  const known = agents.flatMap(({ tools }) => [...tools.keys()])
  for (const tool of named) {
    if (known.includes(tool)) continue
    const near = nearest(tool, known)
    throw new CharterError('config_invalid', `\`costs.toolFeesUsd\` names \`${tool}\`, which no agent has`, {
      param: `costs.toolFeesUsd.${tool}`,
      hint: near === undefined ? `they have ${known.join(', ')}` : `did you mean \`${near}\`?`,
    })
  }
}

function microUsd(key: string, given: string): number {
  const amount = parseDecimal(String(given), 6)
  if (amount !== undefined && amount >= 0) return amount
  throw invalid(key, given)
}

const invalid = (key: string, given: string): CharterError =>
  new CharterError('config_invalid', `\`costs.${key}\` is \`${given}\`, which is no amount`, {
    param: `costs.${key}`,
    hint: "dollars as decimal text such as '48.00'",
  })

function readValues({ terminal }: Call, named: string): GivenValues {
  const values = new Map<string, Map<string, number>>()
  for (const [index, line] of linesOf(terminal.cwd, named).entries()) {
    const [run, metric, value] = partsOf(line)
    if (typeof run !== 'string' || typeof metric !== 'string' || typeof value !== 'number') {
      throw new CharterError('usage', `line ${index + 1} of \`${named}\` names no run, metric and value`, {
        param: '--values',
        hint: '{"run": "run_01J", "metric": "csat", "value": 4}',
      })
    }
    const ofMetric = values.get(metric) ?? new Map<string, number>()
    values.set(metric, ofMetric.set(run, value))
  }
  return values
}

function linesOf(cwd: string, named: string): readonly string[] {
  try {
    return readFileSync(path.resolve(cwd, named), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
  } catch (cause) {
    throw new CharterError('usage', `\`${named}\` cannot be read`, { param: '--values', cause })
  }
}

function partsOf(line: string): readonly (Json | undefined)[] {
  try {
    const parsed: Json = JSON.parse(line)
    return ['run', 'metric', 'value'].map((name) => partOf(parsed, name))
  } catch {
    return []
  }
}

/** Of each of these agents, where one was ever applied and is still kept. */
export async function pagesInForce(house: OpenHouse, agents: Iterable<string>): Promise<ReadonlyMap<string, Page>> {
  const { ledger, tenant, environment } = house
  const pages = pageBook(house)
  const found = new Map<string, Page>()
  for (const agent of new Set(agents)) {
    const { inForce } = await ledger.find(tenant, { inForce: { read: 'charter', agent, environment } })
    const page = inForce && (await pages(agent, inForce.charter))
    if (page) found.set(agent, page)
  }
  return found
}
