/** What is looked at again under the locks of a dispatch, each left out in turn; and keys, business keys and signatures. */
import type { Plant } from './plant.ts'

const dispatch = 'src/runs/dispatch.ts'
const underLocks = 'const standing = { ...found, now, signatures, breakerOpen: false, unresolved }'
const readBefore = (what: string) =>
  `const standing = { ...found, ${what}: ground.live.${what}, now, signatures, breakerOpen: false, unresolved }`

export const dispatchPlants: readonly Plant[] = [
  {
    name: 'stops are read before the lock',
    file: dispatch,
    find: underLocks,
    replace: readBefore('stops'),
    seen: 'a stop that commits first does not hold a dispatch that was judged before',
  },
  {
    name: 'grants are read before the lock',
    file: dispatch,
    find: underLocks,
    replace: readBefore('grants'),
    seen: 'a revocation that commits first does not hold a dispatch that was judged before',
  },
  {
    name: 'the page in force is read before the lock',
    file: dispatch,
    find: 'if (charter !== inForce.page.hash) return',
    replace: 'if (charter === "another") return',
    seen: 'a narrower page that was applied first does not bite',
  },
  {
    name: 'no stop is ever read',
    file: 'src/stops/stop.ts',
    find: 'if (!covers(stop, thing) || lower(effective.level, stop.level) === effective.level) continue',
    replace: 'if (stop !== undefined) continue',
    seen: 'writes are dispatched under a stop',
  },
  {
    name: 'a stop of level draft lowers nothing',
    file: 'src/stops/stop.ts',
    find: 'if (!covers(stop, thing) || lower',
    replace: "if (stop.level === 'draft' || !covers(stop, thing) || lower",
    seen: 'a write goes out unasked',
  },
  {
    name: 'a revoked grant still covers',
    file: 'src/identity/grant-projection.ts',
    find: 'set: { revoked: event.at }',
    replace: 'set: { revoked: null }',
    seen: 'a dispatch under a revoked grant',
  },
  {
    name: 'an effect on the same subject is passed over',
    file: dispatch,
    find: 'const others = found.open.filter((row) => row.effect !== effect)',
    replace: 'const others = found.open.filter((row) => row.effect === undefined)',
    seen: 'two writes are under way on one order',
  },
  {
    name: 'a key is minted anew for every attempt',
    file: dispatch,
    find: `      known?.key ??
      mintKey({
        ledger: world.ledger.id,
        tenant: world.tenant,
        run: run.id,
        action: action.proposed.action,`,
    replace: `      mintKey({
        ledger: world.ledger.id,
        tenant: world.tenant,
        run: run.id,
        action: \`\${action.proposed.action} \${now}\`,`,
    seen: 'the vendor takes the second attempt for another effect',
  },
  {
    name: 'a question counts as a yes',
    file: 'src/runs/judge.ts',
    find: "if (judged.outcome === 'allow') return { decision: 'allow', rules: judged.reasons, asks: [], stage: level }",
    replace: "if (judged.outcome !== 'deny') return { decision: 'allow', rules: [], asks: [], stage: level }",
    seen: 'a write that needs a signature goes out without one',
  },
  {
    name: 'no business key is reserved',
    file: 'src/runs/plan.ts',
    find: 'const uses = once.map(({ key }) => [key, 1] as const)',
    replace: "const uses = once.map(({ key }) => [key + ' unread', 1] as const)",
    seen: 'an order is credited twice',
  },
  {
    name: 'a business key is not looked at',
    file: 'src/runs/standing.ts',
    find: '.filter((window) => movedIn(found, window).count > 0).length',
    replace: '.filter((window) => movedIn(found, window).count < 0).length',
    seen: 'an order is credited twice',
  },
  {
    name: 'limits see nothing moved',
    file: 'src/runs/standing.ts',
    find: 'return Math.max(0, ...windows.map((window) => movedIn(found, window).amount))',
    replace: 'return Math.min(0, ...windows.map((window) => movedIn(found, window).amount))',
    seen: 'more is moved for a customer than its limit',
  },
  {
    name: 'only the nearest grant is debited',
    file: 'src/runs/plan.ts',
    find: 'const granted = bounds(grants, tool.name)',
    replace: 'const granted = bounds(grants.slice(0, 1), tool.name)',
    seen: 'runs that share a grant use it up more than once',
  },
]
