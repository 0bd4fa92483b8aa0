import { accessSync, constants, existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { checkCharter } from '../../charter/check.ts'
import { openHouse } from '../../create-runtime.ts'
import { isCharterError } from '../../errors.ts'
import type { Call } from '../call.ts'
import { configOption, type LoadedConfig, loadConfig } from '../load-config.ts'
import { houseOptions, type OpenHouse, readGroups } from '../open-house.ts'
import { type Place, placeOf, placeOptions } from '../place.ts'
import { verb } from '../verb.ts'

export const doctor = verb({
  name: 'doctor',
  about: 'Whether everything that Charter needs is in order here: silent where it is, one line for each problem.',
  help: 'Looks at node, ledger, keyring, group file, configuration, pages and clock. Exits with 1 when something is wrong.',
  options: { config: configOption, ...placeOptions },
  examples: ['doctor', 'doctor --json'],
  run: async (call, given) => {
    const place = placeOf(call.terminal, given)
    const { loaded, problems: ofConfig } = await configProblems(call, given.config)
    const problems = [
      ...nodeProblems(),
      ...folderProblems(place),
      // Before the house is opened, which puts the rights of the file right.
      ...keyringProblems(place),
      ...(await houseProblems(call, place, loaded)),
      ...attempt('groups', () => void readGroups(place)),
      ...ofConfig,
      ...pageProblems(loaded),
    ]
    call.answer(
      problems.map((problem) => ({ ...problem })),
      () => [],
    )
    for (const { check, message, hint } of problems)
      call.note(`${check}: ${message}${hint === null ? '' : ` (${hint})`}`)
    return problems.length === 0 ? 0 : 1
  },
})

type Problem = { readonly check: string; readonly message: string; readonly hint: string | null }

const problem = (check: string, message: string, hint: string | null = null): Problem => ({ check, message, hint })

function problemOf(check: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error)
  return problem(check, message, isCharterError(error) ? (error.hint ?? null) : null)
}

function attempt(check: string, look: () => void): readonly Problem[] {
  try {
    look()
    return []
  } catch (error) {
    return [problemOf(check, error)]
  }
}

function nodeProblems(): readonly Problem[] {
  const major = Number(process.versions.node.split('.')[0])
  return major >= 24 ? [] : [problem('node', `${process.version} is older than 24`, 'see https://nodejs.org')]
}

/** A file that this user may not write, or a disk that nobody may. */
function folderProblems({ ledger }: Place): readonly Problem[] {
  if (ledger.kind === 'postgres' || !existsSync(ledger.file)) return []
  return [ledger.file, path.dirname(ledger.file)].flatMap((file) =>
    attempt('ledger', () => accessSync(file, constants.R_OK | constants.W_OK)),
  )
}

async function houseProblems(call: Call, place: Place, loaded: LoadedConfig | undefined): Promise<readonly Problem[]> {
  if (place.ledger.kind === 'sqlite' && !existsSync(place.ledger.file)) {
    return [problem('ledger', `no ledger stands at \`${place.ledger.file}\``, 'the first `charter dev` makes it')]
  }
  try {
    const house = await openHouse(houseOptions(call, place))
    try {
      return [...(await clockProblems({ ...house, place })), ...(await forceProblems({ ...house, place }, loaded))]
    } finally {
      await house.close()
    }
  } catch (error) {
    return [problemOf('ledger', error)]
  }
}

const mostApartMs = 2_000

/** Leases and deadlines use the database's clock, everything else this one's. */
async function clockProblems({ ledger, tenant, clock }: OpenHouse): Promise<readonly Problem[]> {
  const apart = await ledger.transact({
    tenant,
    locks: [],
    reads: {},
    decide: (_found, now) => ({ append: [], answer: now - clock.now() }),
  })
  if (Math.abs(apart) <= mostApartMs) return []
  const how = apart > 0 ? 'behind' : 'ahead of'
  return [problem('clock', `this clock is ${Math.abs(apart)} ms ${how} that of the ledger`, 'set it by NTP')]
}

/** What decides is the page in force; a file that says something else misleads whoever reads it. */
async function forceProblems(house: OpenHouse, loaded: LoadedConfig | undefined): Promise<readonly Problem[]> {
  const found: Problem[] = []
  for (const agent of loaded?.config.agents ?? []) {
    const wanted = { read: 'charter', agent: agent.name, environment: house.environment } as const
    const { charter } = await house.ledger.find(house.tenant, { charter: wanted })
    const hash = hashOf(agent)
    if (!charter || hash === undefined || charter.charter === hash) continue
    found.push(problem('pages', `the page of \`${agent.name}\` is not the one in force`, `charter apply ${agent.file}`))
  }
  return found
}

function hashOf(agent: LoadedConfig['config']['agents'][number]): string | undefined {
  try {
    return agent.read().page.hash
  } catch {
    return undefined
  }
}

function keyringProblems({ keyring }: Place): readonly Problem[] {
  if (!existsSync(keyring)) return []
  return (statSync(keyring).mode & 0o077) === 0
    ? []
    : [problem('keyring', `\`${keyring}\` can be read by others`, `chmod 600 ${keyring}`)]
}

async function configProblems(
  call: Call,
  given: string | undefined,
): Promise<{ loaded: LoadedConfig | undefined; problems: readonly Problem[] }> {
  try {
    const loaded = await loadConfig(call.terminal, given)
    const none = problem('config', 'no `charter.config.ts` stands here or in a folder above', 'charter init')
    return { loaded, problems: loaded ? [] : [none] }
  } catch (error) {
    return { loaded: undefined, problems: [problemOf('config', error)] }
  }
}

function pageProblems(loaded: LoadedConfig | undefined): readonly Problem[] {
  return (loaded?.config.agents ?? []).flatMap((agent) => {
    const unread = attempt('pages', () => void agent.read())
    if (unread.length > 0) return unread
    return checkCharter(agent.read().page, [...agent.tools.values()])
      .filter(({ level }) => level === 'error')
      .map(({ message, hint, place }) => problem('pages', `${place.file}:${place.line}: ${message}`, hint ?? null))
  })
}
