/** Starts a run: its grant and its first event, in one transaction. The same key starts one run, however often it is said. */
import { CharterError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import type { Read } from '../ledger/reads.ts'
import { engineVersion, type RunStarted } from './events.ts'
import { releaseOf } from './release.ts'
import type { World } from './world.ts'

export interface StartInput {
  readonly agent: string
  readonly input: Json
  /** The principal for whom the agent acts. */
  readonly onBehalfOf?: string | undefined
  /** What the grant names: kind to ids, as the system of record knows them. */
  readonly subjects?: Readonly<Record<string, readonly string[]>> | undefined
  /** Same key, same run: a second start with it returns the first run. */
  readonly key?: string | undefined
  readonly session?: string | undefined
  /** Milliseconds since 1970 after which the grant has ended. */
  readonly until?: number | undefined
}

/** The id of the run, new or known. Throws `not_enforced`, `start_key_reused`, `charter_not_found`, `usage`. */
export async function startRun(world: World, start: StartInput): Promise<{ run: string; isNew: boolean }> {
  const { ledger, sealer, tenant, environment } = world
  const { agent, key } = start
  const inForce = await world.ledger.find(tenant, { charter: { read: 'charter', agent, environment } })
  if (!inForce.charter)
    throw new CharterError('charter_not_found', `no page is in force for agent \`${agent}\``, {
      hint: 'apply one with `charter apply FILE`',
    })
  const compiled = await world.charters.compiled(agent, inForce.charter.charter)
  const { page } = compiled
  requireEnforced(page.notEnforced)
  if (page.agent.onBehalfOf === 'required' && start.onBehalfOf === undefined)
    throw new CharterError('usage', `agent \`${agent}\` acts on behalf of somebody, and nobody was named`, {
      param: 'onBehalfOf',
    })
  const run = newId('run', world.clock, world.random)
  const grant = newId('grant', world.clock, world.random)
  const stream = `run/${run}`
  await sealer.prepare(stream)
  const input = sealer.seal(stream, 16, 'input', start.input)
  const started: RunStarted = {
    engine: engineVersion,
    agent,
    environment,
    release: releaseOf(compiled, world.toolsOf(agent), world.prices),
    charter: page.hash,
    grant,
    input: input.ref,
    input_digest: sealer.digest(start.input),
    ...(key !== undefined && { start_key: key }),
    ...(start.session !== undefined && { session: start.session }),
    ...(start.onBehalfOf !== undefined && { on_behalf_of: start.onBehalfOf }),
  }
  const actor = start.onBehalfOf ?? `agent:${agent}`
  const append: Append[] = [
    {
      stream: `grant/${grant}`,
      after: 'any',
      events: [{ type: 'grant.issued', v: 1, actor, body: grantBody(world, start, grant, page.hash) }],
    },
    {
      stream,
      after: { seq: 0, hash: '' },
      events: [{ type: 'run.started', v: 1, actor, body: asObject(started) }],
      payloads: [input.payload],
    },
  ]
  const locks: Lock[] = key === undefined ? [] : [{ lock: 'key', key: `start:${agent}:${environment}:${key}` }]
  const known: Read = { read: 'start_key', agent, environment, key: key ?? '' }
  return ledger.transact({
    tenant,
    locks: [...locks, { lock: 'stream', stream }],
    reads: { known },
    decide: ({ known }): { append: readonly Append[]; answer: { run: string; isNew: boolean } } => {
      if (key === undefined || !known) return { append, answer: { run, isNew: true } }
      if (known.input_digest === started.input_digest) return { append: [], answer: { run: known.run, isNew: false } }
      throw new CharterError('start_key_reused', `key \`${key}\` has started run \`${known.run}\` with another input`, {
        param: 'key',
        hint: 'use a key of its own for each task',
      })
    },
  })
}

function requireEnforced(
  notEnforced: readonly { key: string; place: { file: string; line: number; column: number } }[],
): void {
  const [first] = notEnforced
  if (!first) return
  throw new CharterError('not_enforced', `the page asks for \`${first.key}\`, which nothing enforces yet`, {
    place: first.place,
    param: first.key,
    hint: 'take it out of the page; a rule that is not kept is worse than none',
  })
}

function grantBody({ sealer, environment }: World, start: StartInput, grant: string, charter: string): JsonObject {
  const subjects = Object.entries(start.subjects ?? {}).map(([kind, ids]) => [
    kind,
    ids.map((id) => sealer.pseudonym(kind, id)),
  ])
  return {
    grant,
    parent: null,
    agent: start.agent,
    environment,
    charter,
    until: start.until ?? null,
    uses: null,
    terms: subjects.length > 0 ? { subjects: Object.fromEntries(subjects) } : {},
    on_behalf_of: start.onBehalfOf ?? null,
  }
}

const asObject = (value: object): JsonObject => JSON.parse(JSON.stringify(value))
