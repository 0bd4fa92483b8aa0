/** What is known of a write after it was sent, each time a little too much or too early; and what recovery may do. */
import type { Plant } from './plant.ts'

const wayOut = 'src/runs/way-out.ts'
const callTool = 'src/tools/call-tool.ts'

export const outcomePlants: readonly Plant[] = [
  {
    name: 'a throw means that nothing happened',
    file: callTool,
    find: "return { ended: 'unknown', why: 'threw', message }",
    replace: "return { ended: 'not_committed', message, retryable: false, sent: true }",
    seen: 'the vendor did it and broke the connection',
  },
  {
    name: 'a time-out means that nothing happened',
    file: callTool,
    find: "return { ended: 'unknown', why: settled, message }",
    replace: "return { ended: 'not_committed', message, retryable: false, sent: true }",
    seen: 'the vendor did it and was slow to say so',
  },
  {
    name: 'a no to one attempt is a no to all',
    file: 'src/runs/evolve.ts',
    find: "const speaksOfAll = by === 'verify' || by === 'settlement'",
    replace: "const speaksOfAll = by !== 'not_begun'",
    seen: 'a 409 to attempt 2 says nothing of attempt 1',
  },
  {
    name: 'the status after a no counts that attempt alone',
    file: 'src/runs/effect.ts',
    find: 'effect ? effectStatus(withOutcome(effect, attempt, outcome).attempts)',
    replace: "effect && outcome !== 'not_committed' ? effectStatus(withOutcome(effect, attempt, outcome).attempts)",
    seen: 'what an unknown effect holds of a limit or a subject is let go',
  },
  {
    name: 'an attempt lost with its process did nothing',
    file: 'src/runs/resolve-effect.ts',
    find: "journal.draft({ type: 'effect.unknown', body: { effect: effect.id, attempt, status, why: 'lost' } })",
    replace:
      "journal.draft({ type: 'effect.not_committed', body: { effect: effect.id, attempt, status: 'not_committed', by: 'settlement', retryable: true } })",
    seen: 'it arrived all the same',
  },
  {
    name: 'everything is sent again as if its key were honoured',
    file: wayOut,
    find: 'const isHonoured = tool.idempotency !== undefined && now < until',
    replace: 'const isHonoured = now < until || !tool.atMostOnce',
    seen: 'a transfer is done twice',
  },
  {
    name: 'a key is thought to be honoured for ever',
    file: wayOut,
    find: 'const isHonoured = tool.idempotency !== undefined && now < until',
    replace: 'const isHonoured = tool.idempotency !== undefined',
    seen: 'after a long time down a refund is done twice',
  },
  {
    name: 'the time a key is honoured is counted from the last attempt',
    file: 'src/runs/dispatch.ts',
    find: 'honoured_until: first + tool.idempotency.honouredMs',
    replace: 'honoured_until: now + tool.idempotency.honouredMs * 1_000',
    seen: 'after a long time down a refund is done twice',
  },
  {
    name: 'the vendor is asked before it had time to settle',
    file: 'src/runs/resolve-effect.ts',
    find: 'await world.clock.wait(Math.max(0, from - world.ledger.now()), signal)',
    replace: 'await world.clock.wait(Math.min(0, from), signal)',
    seen: 'what was absent a moment ago arrives',
  },
  {
    name: 'the time to settle is left out',
    file: 'src/runs/dispatch.ts',
    find: 'settles_by: now + tool.deadlineMs + tool.settlesWithinMs',
    replace: 'settles_by: now',
    seen: 'what was absent a moment ago arrives',
  },
  {
    name: 'no answer to a look-up means absent',
    file: 'src/tools/call-verify.ts',
    find: "return { answer: 'none', why: 'threw', message: errorMessage(asked.error) }",
    replace: "return { answer: 'absent' }",
    seen: 'the vendor was busy, and had done it',
  },
  {
    name: 'a late answer is not kept',
    file: 'src/runs/record-late.ts',
    find: 'for (let readings = 0; readings < mostReadings; readings++)',
    replace: 'for (let readings = 0; readings < 0; readings++)',
    seen: 'a living process was told that it was done, and the ledger does not say so',
  },
  {
    name: 'what is proposed again is done again',
    file: 'src/runs/next-step.ts',
    find: "if (run.results.has(action.proposed.digest) && !action.proposed.dry_run) return { step: 'replay', action }",
    replace: "if (run.results.has('nothing')) return { step: 'replay', action }",
    seen: 'the same write is done twice in one run',
  },
  {
    name: 'a preview is sent',
    file: 'src/runs/next-step.ts',
    find: "if (action.proposed.dry_run) return { step: 'preview', action }\n      if (isWrite(action))",
    replace: 'if (isWrite(action))',
    seen: 'the same write is done in one run as a preview and for itself',
  },
  {
    name: 'every stop is called quiet at once',
    file: 'src/stops/quiet.ts',
    find: 'quiet: underWay.length === 0,',
    replace: 'quiet: underWay.length >= 0,',
    seen: 'something sent before is done after the stop was called quiet',
  },
  {
    name: 'only the last attempt of an effect is waited for',
    file: 'src/runs/run-projection.ts',
    find: "    {\n      change: 'put',\n      table: 'attempts',\n",
    replace:
      "    { change: 'remove', table: 'attempts', key: { effect, attempt: attempt - 1 } },\n    {\n      change: 'put',\n      table: 'attempts',\n",
    seen: 'an earlier attempt arrives after the stop was called quiet',
    isRare: true,
  },
  {
    name: 'what came of a write goes with the lease',
    file: 'src/runs/engine.ts',
    find: '      await this.#keepOutcomes(journal)\n',
    replace: '      if (!lost.aborted) await this.#keepOutcomes(journal)\n',
    seen: 'a living process was told that it was done, and the ledger does not say so',
    isRare: true,
  },
  {
    name: 'unknown effects let go of their money',
    file: 'src/runs/run-projection.ts',
    find: "    case 'effect.given_up':\n      return [",
    replace:
      "    case 'effect.given_up':\n      return [{ change: 'patch', table: 'movements', key: { effect: event.body.effect }, set: { state: 'released' } }, ",
    seen: 'what nobody knew of was done after all, and more than the limit',
  },
]
