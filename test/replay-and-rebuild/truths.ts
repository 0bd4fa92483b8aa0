/** What must hold of a house whatever has happened in it: asked of the ledger itself and of the desk's own log. */
import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { type EventEntry, events as eventTable } from '../../scripts/event-table.ts'
import { projections } from '../../src/create-runtime.ts'
import { exportHouse } from '../../src/ledger/export-house.ts'
import { rebuildProjections } from '../../src/ledger/rebuild.ts'
import { verifyExport } from '../../src/ledger/verify.ts'
import { type Effect, effectStatus } from '../../src/runs/effect.ts'
import { Journal } from '../../src/runs/journal.ts'
import { foldRun } from '../../src/runs/load-run.ts'
import type { RefundHouse } from '../refund-house.ts'

/** All of them. */
export async function assertTruths(house: RefundHouse): Promise<void> {
  await assertVendorAgrees(house)
  await assertRebuildsTheSame(house)
  await assertVerifies(house)
  await assertAreListed(house)
}

/** Every event, and every part of its body, stands in the reference. */
async function assertAreListed({ runtime }: RefundHouse): Promise<void> {
  const { ledger, tenant } = runtime.house
  const listed = new Map<string, EventEntry>(Object.entries(eventTable))
  for (const { type, body } of await ledger.tail(tenant, 0, 10_000)) {
    const parts = Object.keys(listed.get(type)?.body ?? {})
    assert.ok(listed.has(type), `\`${type}\` is not in the reference of events`)
    const unlisted = Object.keys(body).filter((part) => !parts.includes(part))
    assert.deepEqual(unlisted, [], `parts of \`${type}\``)
  }
}

/** Every list, made again from the events alone, has the very rows that are in use. */
export async function assertRebuildsTheSame(house: RefundHouse): Promise<void> {
  const tables = await rebuildProjections(house.runtime.house.ledger, projections)
  assert.deepEqual(
    tables.filter(({ same }) => !same).map(({ table, differences }) => ({ table, differences })),
    [],
  )
}

/** The chain of every stream holds, and nothing is missing. */
export async function assertVerifies(house: RefundHouse): Promise<void> {
  const { keyring, house: parts } = house.runtime
  const lines = await exportHouse({ ...parts, keyring }, { of: 'tenant', tenant: parts.tenant })
  const verdict = await verifyExport(lines, await keyring.signingKey())
  assert.deepEqual(verdict.problems, [])
  assert.ok(verdict.events > 0)
}

/** What the ledger calls committed, the desk committed once; what it calls not committed, never; and nothing else happened. */
async function assertVendorAgrees(house: RefundHouse): Promise<void> {
  const effects = await effectsOf(house)
  const commits = house.desk.commits().filter(({ idempotency_key: key }) => key !== null)
  const keys = commits.map(({ idempotency_key: key }) => String(key))
  assert.equal(new Set(keys).size, keys.length, 'a key was committed twice')
  for (const effect of effects.filter(isKeyed)) {
    const status = effectStatus(effect.attempts)
    const happened = keys.includes(effect.key)
    if (status === 'committed')
      assert.ok(happened, `${effect.id} is called committed, and the desk knows nothing of it`)
    if (status === 'not_committed') assert.ok(!happened, `${effect.id} is called not committed, and the desk did it`)
  }
  const known = new Set(effects.map(({ key }) => key))
  assert.deepEqual(
    keys.filter((key) => !known.has(key)),
    [],
    'the desk was written to past the ledger',
  )
  assertRepliesAgree(house, effects)
}

/** The desk is told no key with a reply: it can be counted alone. */
function assertRepliesAgree({ desk }: RefundHouse, effects: readonly Effect[]): void {
  const replies = effects.filter((effect) => !isKeyed(effect)).map(({ attempts }) => effectStatus(attempts))
  const sent = desk.commits().filter(({ kind }) => kind === 'reply').length
  const surely = replies.filter((status) => status === 'committed').length
  const perhaps = replies.filter((status) => status === 'unknown').length
  assert.ok(
    surely <= sent && sent <= surely + perhaps,
    `${sent} replies, where ${surely} to ${surely + perhaps} should be`,
  )
}

const isKeyed = ({ last }: Effect): boolean => last.tool !== 'send_reply'

/** Every effect of every run, folded from its events. */
async function effectsOf({ runtime }: RefundHouse): Promise<readonly Effect[]> {
  const { ledger, tenant } = runtime.house
  const { runs } = await ledger.find(tenant, { runs: { read: 'runs', most: 1_000 } })
  const effects = await Promise.all(
    runs.map(async ({ run }) => {
      const found = new Map<string, Effect>()
      const events = await ledger.read(tenant, `run/${run}`)
      for (const [index] of events.entries()) {
        // A run forgets what is settled when its next turn begins, so each is noted as it stood last.
        for (const effect of foldRun(run, events.slice(0, index + 1)).effects.values()) found.set(effect.id, effect)
      }
      return [...found.values()]
    }),
  )
  return effects.flat()
}

/**
 * For as long as it is watched every engine of this process is looked at after each of its commits: the state that it
 * goes on with must be the one that the stored events give to whoever comes after it. `compared` counts the commits.
 */
export function watchFolds({ runtime }: RefundHouse): Disposable & { readonly compared: () => number } {
  const { ledger, tenant } = runtime.house
  const transact = Journal.prototype.transact
  let compared = 0
  const watched = mock.method(
    Journal.prototype,
    'transact',
    async function (this: Journal, ...work: Parameters<typeof transact>) {
      const answer: unknown = await Reflect.apply(transact, this, work)
      if (this.hasDrafts) return answer
      const goesOnWith = structuredClone(this.run)
      const stored = await ledger.read(tenant, this.stream)
      assert.deepEqual(goesOnWith, foldRun(this.run.id, stored.slice(0, this.head.seq)))
      compared += 1
      return answer
    },
  )
  return { compared: () => compared, [Symbol.dispose]: () => watched.mock.restore() }
}
