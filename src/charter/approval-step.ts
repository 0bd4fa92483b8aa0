/** One asking of one group: `{ from: finance, count: 2, expires_in: 4h }`. */
import { mapped, mapping } from './composite-kinds.ts'
import { key, requiredKey } from './key.ts'
import type { Kind } from './kind.ts'
import { heldOver, unknownOrder, upperBound } from './order.ts'
import type { ApprovalStep } from './page.ts'
import { duration, group, whole } from './scalar-kinds.ts'

const defaults = { count: 1, expiresInMs: 86_400_000 }

export const approvalStep: Kind<ApprovalStep> = mapped(
  mapping({
    from: requiredKey(
      group,
      unknownOrder,
      'The group that is asked, or `subject:KIND`: the person whom the action names.',
    ),
    count: key(whole(1, 20), heldOver, 'How many people of the group must agree.', { fallsBackTo: defaults.count }),
    expires_in: key(duration, upperBound, 'How long the question stands; silence is neither yes nor no.', {
      fallsBackTo: duration.write(defaults.expiresInMs),
    }),
  }),
  ({ from, count = defaults.count, expires_in = defaults.expiresInMs }) => ({ from, count, expiresInMs: expires_in }),
  ({ from, count, expiresInMs }) => ({ from, count, expires_in: expiresInMs }),
)
