/**
 * Pages by hash, compiled with the tools that this process has. A page that was ever applied stands in the ledger, so
 * an open run finds the one it pinned, whatever has become of the file.
 */
import { charterStream, readAppliedPage } from '../charter/applied-page.ts'
import { type CompiledCharter, compileCharter } from '../charter/compile.ts'
import type { Page } from '../charter/page.ts'
import { CharterError } from '../errors.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Tool } from '../tools/tool.ts'
import { isOfPage } from './passing.ts'
import { pageSourceIn } from './payload-content.ts'
import type { CharterBook } from './world.ts'

interface Library {
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly tenant: string
  readonly environment: string
  toolsOf(agent: string): ReadonlyMap<string, Tool>
  /** `compileCharter`, or one that remembers. */
  readonly compile?: typeof compileCharter | undefined
}

export function createCharterBook(library: Library): CharterBook {
  const known = new Map<string, Promise<CompiledCharter>>()
  const held = new Map<string, Broken>()
  const compiled = (agent: string, hash: string): Promise<CompiledCharter> => {
    const found = known.get(`${agent} ${hash}`) ?? load(library, agent, hash)
    known.set(`${agent} ${hash}`, found)
    found.catch(() => known.delete(`${agent} ${hash}`))
    return found
  }
  const inForce = async (agent: string, hash: string): Promise<CompiledCharter> => {
    const broken = held.get(agent)
    if (broken?.hash === hash) throw broken.error
    try {
      const page = await compiled(agent, hash)
      held.delete(agent)
      return page
    } catch (error) {
      if (isOfPage(error)) held.set(agent, { hash, error })
      throw error
    }
  }
  return {
    compiled,
    inForce,
    async unheld(agents) {
      for (const agent of held.keys()) await lookAgain(library, agent, inForce)
      return held.size === 0 ? agents : agents.filter((agent) => !held.has(agent))
    },
    forget() {
      known.clear()
      held.clear()
    },
  }
}

/** A page in force that does not compile, and why: a page of that hash and these tools will not by itself. */
interface Broken {
  readonly hash: string
  readonly error: unknown
}

async function lookAgain({ ledger, tenant, environment }: Library, agent: string, inForce: CharterBook['inForce']) {
  const { charter } = await ledger.find(tenant, { charter: { read: 'charter', agent, environment } }, 'latest')
  await inForce(agent, charter?.charter ?? '').catch((error) => {
    if (!isOfPage(error)) throw error
  })
}

async function load(library: Library, agent: string, hash: string): Promise<CompiledCharter> {
  const { compile = compileCharter } = library
  return compile(await pageOf(library, agent, hash), [...library.toolsOf(agent).values()])
}

/** Where pages stand that were applied. */
interface Shelf extends Pick<Library, 'tenant' | 'environment'> {
  readonly ledger: Pick<Ledger, 'read' | 'payloads'>
  readonly sealer: Pick<Sealer, 'prepare' | 'open'>
}

/** Throws `charter_not_found` when no page of that hash was ever applied for the agent. */
export async function pageOf(
  { ledger, sealer, tenant, environment }: Shelf,
  agent: string,
  hash: string,
): Promise<Page> {
  const stream = charterStream(environment, agent)
  const events = await ledger.read(tenant, stream, 0, 'latest')
  const applied = events.findLast((event) => event.body.charter === hash)
  const ref = applied?.body.page as PayloadRef | undefined
  if (!ref) throw new CharterError('charter_not_found', `no page ${hash} was applied for agent \`${agent}\``)
  await sealer.prepare(stream)
  const [payload] = await ledger.payloads(tenant, stream, [ref.n])
  if (!payload) throw new CharterError('payload_erased', `page ${hash} of agent \`${agent}\` is no longer kept`)
  return readAppliedPage(pageSourceIn(sealer.open(payload)))
}
