/** Names that people type and that stand in no list: whether anything here goes by them, and what was meant instead. */
import type { StopWanted } from '../commands/raise-stop.ts'
import { CharterError, nearest } from '../errors.ts'
import { subjectKinds } from '../traces/find-writes.ts'
import type { Call } from './call.ts'
import { pagesInForce } from './measuring.ts'
import type { OpenHouse } from './open-house.ts'

const latest = 200

/** Throws `agent_unknown` for a name that has neither a page in force nor a run. */
export async function requireAgent(house: OpenHouse, agent: string): Promise<void> {
  const { ledger, tenant, environment } = house
  const { page, runs } = await ledger.find(tenant, {
    page: { read: 'charter', agent, environment },
    runs: { read: 'runs', agent, environment, most: 1 },
  })
  if (page || runs.length > 0) return
  const known = await agentsLately(house)
  throw new CharterError('agent_unknown', `no agent \`${agent}\` has a page or a run in ${environment}`, {
    param: '--agent',
    hint: meant(agent, known) ?? 'list the runs with `charter run list`',
  })
}

/** A stop goes ahead whatever it names, and says beside it that nothing goes by that name. */
export async function noteUnknownScope(
  call: Call,
  house: OpenHouse,
  scope: StopWanted['scope'],
  value: string,
): Promise<void> {
  if (scope !== 'tool' && scope !== 'agent') return
  const known = await namesLately(house, scope)
  if (known.length === 0 || known.includes(value)) return
  const nobody = scope === 'agent' ? 'no agent that ran lately is called' : 'no agent that ran lately has a tool'
  call.note(`${nobody} \`${value}\`: ${meant(value, known)}`)
}

/** Said beside a list that came out empty; a subject may be named before anything touches it. */
export async function noteUnknownKind(call: Call, house: OpenHouse, kind: string): Promise<void> {
  const known = await subjectKinds(house)
  if (known.length === 0 || known.includes(kind)) return
  call.note(`nothing of kind \`${kind}\` was ever touched: ${meant(kind, known)}`)
}

function meant(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const near = nearest(name, known)
  return near === undefined ? `there is ${known.join(', ')}` : `did you mean \`${near}\`?`
}

/** Of a page that cannot be read nothing is known: whoever stops is in a hurry, and is not told of it. */
async function namesLately(house: OpenHouse, scope: 'tool' | 'agent'): Promise<readonly string[]> {
  const agents = await agentsLately(house)
  if (scope === 'agent') return agents
  const pages = await pagesInForce(house, agents).catch(() => new Map<string, never>())
  return [...new Set([...pages.values()].flatMap((page) => Object.keys(page.tools)))].toSorted()
}

async function agentsLately({ ledger, tenant, environment }: OpenHouse): Promise<readonly string[]> {
  const { runs } = await ledger.find(tenant, { runs: { read: 'runs', environment, most: latest } })
  return [...new Set(runs.map(({ agent }) => agent))].toSorted()
}
