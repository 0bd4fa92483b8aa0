/** What a commit, a sync, a lease, a place and a replay promise, each broken once. */
import type { Plant } from './plant.ts'

const group = 'src/ledger/sqlite/group-commit.ts'

export const ledgerPlants: readonly Plant[] = [
  {
    name: 'callers are answered before the commit',
    file: group,
    find: "    try {\n      connection.exec('COMMIT')\n    } catch (error) {\n      return this.#lookAfterLostAnswer(attempted, error)",
    replace:
      "    for (const { performed } of attempted) performed.settle()\n    try {\n      connection.exec('COMMIT')\n    } catch (error) {\n      return this.#lookAfterLostAnswer(attempted, error)",
    seen: 'a commit fails after its caller was told yes',
  },
  {
    name: 'an error from a commit is passed over',
    file: group,
    find: 'return this.#lookAfterLostAnswer(attempted, error)',
    replace: 'void error',
    seen: 'a write is sent, and the ledger knows nothing of it',
  },
  {
    name: 'after a lost answer everything is thought to be there',
    file: group,
    find: 'if (stands[i]) performed.settle()',
    replace: 'if (stands.length > i) performed.settle()',
    seen: 'a write is sent, and the ledger knows nothing of it',
  },
  {
    name: 'no commit of the ledger is synced',
    file: group,
    find: "connection.syncs(durable === 'before_answer' ? 'FULL' : 'NORMAL')",
    replace: "connection.syncs('NORMAL')",
    seen: 'a power cut takes what somebody was told of',
  },
  {
    name: 'a batch rides when one of it may',
    file: group,
    find: "members.some((member) => member.durable === 'before_answer')",
    replace: "members.every((member) => member.durable === 'before_answer')",
    seen: 'a power cut takes what the others of the batch were told of',
    isRare: true,
  },
  {
    name: 'everything that a run says rides',
    file: 'src/runs/journal.ts',
    find: "durable: rides ? 'soon' : 'before_answer',",
    replace: "durable: 'soon',",
    seen: 'a power cut takes a dispatch whose message has arrived',
  },
  {
    name: 'readers are shown what rides',
    file: 'src/ledger/sqlite/sqlite-ledger.ts',
    find: 'below: riding ?? Number.MAX_SAFE_INTEGER',
    replace: 'below: Number.MAX_SAFE_INTEGER',
    seen: 'a power cut takes what somebody has read',
    isRare: true,
  },
  {
    name: 'new keys are not synced',
    file: 'src/keyring/file-keyring.ts',
    find: "return this.#transact('full', work)",
    replace: "return this.#transact('normal', work)",
    seen: 'after a power cut a run cannot be read',
  },
  {
    name: 'keys whose owner was not written down are forgotten',
    file: 'src/keyring/sealer.ts',
    find: 'this.#orphans = new Map(orphans.map(({ id, key }) => [id, key]))',
    replace: 'this.#orphans = new Map(orphans.slice(0, 0).map(({ id, key }) => [id, key]))',
    seen: 'after a crash a run cannot be read',
  },
  {
    name: 'two engines may have the place',
    file: 'src/ledger/sqlite/engine-place.ts',
    find: "lock.exec('BEGIN EXCLUSIVE')",
    replace: "lock.exec('BEGIN')",
    seen: 'a second engine enters while the first is there',
  },
  {
    name: 'the head is not checked',
    file: 'src/ledger/append.ts',
    find: 'if (after.seq === head.seq && after.hash === head.hash) return',
    replace: 'if (after.seq <= head.seq) return',
    seen: 'an append that lost its race goes in, and a replay or an outcome is another',
    isRare: true,
  },
  {
    name: 'a start key starts as many runs as it is said',
    file: 'src/runs/start-run.ts',
    find: 'if (key === undefined || !known) return',
    replace: 'if (key !== known?.run) return',
    seen: 'whoever asks again after a crash has two runs',
  },
  {
    name: 'a shared budget forgets what was taken from it',
    file: 'src/budgets/slice-book.ts',
    find: 'const rest = limit - moved\n',
    replace: 'const rest = limit - Math.min(0, moved)\n',
    seen: 'models charge more than the budget of the day',
  },
  {
    name: 'a yes wakes nobody',
    file: 'src/runs/run-projection.ts',
    find: "  'approval.granted': 'approval',\n",
    replace: '',
    seen: 'a run that people agreed to goes on waiting',
  },
  {
    name: 'a decision is kept without the signatures it was made with',
    file: 'src/runs/judge-action.ts',
    find: '    gathered: question.gathered,\n    live,\n',
    replace: '    gathered: question.gathered,\n    live: { ...live, signatures: {} },\n',
    seen: 'asked again, the judge says another thing',
  },
  {
    name: 'some events are left out of the lists',
    file: 'src/ledger/sqlite/sqlite-transaction.ts',
    find: 'stored.flatMap(({ event }) => project(context.projections, event))',
    replace: 'stored.flatMap(({ event }) => (event.position % 5 === 0 ? [] : project(context.projections, event)))',
    seen: 'made again from the events, a list is another',
  },
]
