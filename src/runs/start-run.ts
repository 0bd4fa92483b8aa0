/** Starts a run: its grant and its first event, in one transaction. The same key starts one run, however often it is said. */
import { CharterError } from '../errors.ts'
import { decideGrant, type GrantCommand, noGrant } from '../identity/grant.ts'
import type { GrantTerms } from '../identity/grant-events.ts'
import { newId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import type { Read } from '../ledger/reads.ts'
import { engineVersion, type RunStarted } from './events.ts'
import { requireTraceparent } from './trace-context.ts'
import type { World } from './world.ts'

export interface StartInput {
  readonly agent: string
  readonly input: Json
  /** The principal for whom the agent acts. */
  readonly onBehalfOf?: string | undefined
  /** A grant that a part is handed on from: the run may do less than that one allows, and draws on its limits. */
  readonly grant?: string | undefined
  /** What the run's own grant names: kind to ids, as the system of record knows them. */
  readonly subjects?: Readonly<Record<string, readonly string[]>> | undefined
  /** Same key, same run: a second start with it returns the first run. */
  readonly key?: string | undefined
  readonly session?: string | undefined
  /** W3C trace context of the caller: the run's spans stand below the span that it names. */
  readonly traceparent?: string | undefined
  /** Milliseconds since 1970 after which the grant has ended. */
  readonly until?: number | undefined
}

/** The id of the run, new or known. Throws `not_enforced`, `start_key_reused`, `charter_not_found`, `grant_…`, `usage`. */
export async function startRun(world: World, start: StartInput): Promise<{ run: string; isNew: boolean }> {
  const { ledger, sealer, tenant, environment } = world
  const { agent, key } = start
  const inForce = await world.ledger.find(tenant, { charter: { read: 'charter', agent, environment } }, 'latest')
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
      hint: 'name them with `--on-behalf-of ada@acme.example`, or `onBehalfOf` of `start`',
    })
  const run = newId('run', world.clock, world.random)
  const grant = newId('grant', world.clock, world.random)
  const wanted = await grantWanted(world, start, grant, page.hash)
  const stream = `run/${run}`
  const { content, ...release } = world.offers.release(compiled, world.toolsOf(agent))
  await world.releases.record(agent, release, content)
  await sealer.prepare(stream)
  const input = sealer.seal(stream, 16, 'input', start.input)
  const started: RunStarted = {
    engine: engineVersion,
    agent,
    environment,
    release,
    charter: page.hash,
    grant,
    input: input.ref,
    input_digest: sealer.digest(start.input),
    ...(key !== undefined && { start_key: key }),
    ...(start.session !== undefined && { session: start.session }),
    ...(start.onBehalfOf !== undefined && { on_behalf_of: start.onBehalfOf }),
    ...(start.traceparent !== undefined && { traceparent: requireTraceparent(start.traceparent) }),
  }
  const actor = start.onBehalfOf ?? `agent:${agent}`
  const appends = (): readonly Append[] => [
    {
      stream: `grant/${grant}`,
      after: 'any',
      events: decideGrant(noGrant, wanted).map(({ type, body }) => ({ type, v: 1, actor, body: asObject(body) })),
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
      if (key === undefined || !known) return { append: appends(), answer: { run, isNew: true } }
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

/** A grant of its own for each run: the whole page for these subjects, or a part of the grant that was named. */
async function grantWanted(world: World, start: StartInput, grant: string, charter: string): Promise<GrantCommand> {
  const { ledger, tenant, environment } = world
  const { agent, until = null, onBehalfOf = null } = start
  const holder = { grant, agent, charter, now: ledger.now(), environment, terms: termsOf(world, start) }
  if (start.grant === undefined) return { type: 'issue', ...holder, until, uses: null, on_behalf_of: onBehalfOf }
  const { from } = await ledger.find(tenant, { from: { read: 'grants', grant: start.grant } }, 'latest')
  if (from.length === 0)
    throw new CharterError('grant_not_found', `no grant \`${start.grant}\``, {
      param: 'grant',
      hint: 'issue one with `charter grant issue`',
    })
  return {
    type: 'hand_on',
    ...holder,
    from,
    ...(until !== null && { until }),
    ...(onBehalfOf !== null && { on_behalf_of: onBehalfOf }),
  }
}

function termsOf({ sealer }: World, { subjects = {} }: StartInput): GrantTerms {
  const named = Object.entries(subjects).map(([kind, ids]) => [kind, ids.map((id) => sealer.pseudonym(kind, id))])
  return named.length > 0 ? { subjects: Object.fromEntries(named) } : {}
}

const asObject = (value: object): JsonObject => JSON.parse(JSON.stringify(value))
