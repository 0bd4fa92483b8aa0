/** The keys that a tool can have on a page. */

import { approvalStep } from './approval-step.ts'
import { list, mapping, record } from './composite-kinds.ts'
import { key, requiredKey, type ValueOf } from './key.ts'
import type { Kind } from './kind.ts'
import type { Order } from './order.ts'
import {
  acknowledgement,
  allowedList,
  amountBound,
  demand,
  heldOver,
  noAuthority,
  permission,
  rateBound,
  restriction,
  scale,
  threshold,
  toolApprovals,
  unknownOrder,
  upperBound,
} from './order.ts'
import type { Money } from './page.ts'
import {
  amount,
  byCurrency,
  choice,
  duration,
  flag,
  line,
  literal,
  rate,
  subjectKind,
  whole,
  word,
} from './scalar-kinds.ts'

/** From what allows most to what allows least; a page may raise it, never lower it. */
export const risks = ['low', 'medium', 'high', 'forbidden'] as const

const limit = <Value>(max: Kind<Value>, bound: Order<Value>) =>
  mapping({
    per: requiredKey(subjectKind, unknownOrder, 'The kind of subject that each has a sum of its own.'),
    within: requiredKey(duration, heldOver, 'The window that is summed over, across runs.'),
    max: requiredKey(max, bound, 'The most that may be moved within the window.'),
  })

const amountLimit = (currency: string) => limit(amount(currency), amountBound)
const anyMoney = (value: Money) => value

const limitKeys = mapping(
  {
    calls: key(limit(whole(0), upperBound), restriction, 'How many calls, per subject and window.'),
    'amount_*': key(amountLimit('usd'), restriction, 'How much money, per subject and window.', {
      star: byCurrency(amountLimit, ({ max }) => max),
    }),
  },
  { emptyWhenAbsent: true },
)

const argumentValues = key(list(literal), allowedList, 'The values that the argument may take.')
const taintedArgument = key(
  choice(['deny', 'ask', 'allow']),
  scale(['deny', 'ask', 'allow']),
  'What an untrusted value does.',
)

export const toolKeys = mapping({
  allowed: key(flag, permission, 'Whether the agent may call the tool at all; only `true` is yes.', {
    fallsBackTo: false,
  }),
  risk: key(choice(risks), scale(['forbidden', 'high', 'medium', 'low']), 'Raises the risk that the tool declares.'),
  subject: key(subjectKind, restriction, 'The grant must name the subject of this kind that the call touches.'),
  'max_amount_*': key(amount('usd'), amountBound, 'The most that one call may move.', {
    star: byCurrency(amount, anyMoney),
  }),
  'require_approval_over_*': key(amount('usd'), threshold, 'Above this amount people are asked first.', {
    star: byCurrency(amount, anyMoney),
  }),
  require_citation: key(flag, demand, 'The call must cite a document that this run has read.', { fallsBackTo: false }),
  require_intent: key(
    flag,
    demand,
    'The call must state what it does, what allows it and its evidence, read in this run.',
    {
      fallsBackTo: false,
    },
  ),
  once: key(
    mapping({
      per: requiredKey(subjectKind, unknownOrder, 'The kind of subject that is the key.'),
      within: requiredKey(duration, heldOver, 'How long the key is held.'),
    }),
    restriction,
    'One effect per subject of this kind within the time.',
  ),
  approval: key(list(approvalStep, 1), toolApprovals, 'Whom this tool asks, in place of what its risk asks for.'),
  limits: key(limitKeys, restriction, 'Bounds on what is moved, per subject, over a window, across runs.'),
  within: key(record(word, argumentValues), restriction, 'Arguments that may take these values only.'),
  allowed_fields: key(list(word), allowedList, 'The arguments that a call may carry.'),
  rate: key(rate, rateBound, 'How often the tool may be called.'),
  fallback: key(word, noAuthority, 'The tool that is named to the model while this one fails too often.'),
  accept_conflict: key(line, acknowledgement, 'Why two tools that conflict may stand on one page.'),
  mode: key(line, unknownOrder, 'How a query is to be made, such as `parameterized_only`.', { enforced: false }),
  row_level_security: key(flag, demand, 'Rows are to be held back from whom they do not concern.', {
    enforced: [false],
  }),
  tainted: key(record(word, taintedArgument), unknownOrder, 'What an argument from untrusted content may do.', {
    enforced: false,
  }),
})

export type WrittenTool = ValueOf<{ kind: typeof toolKeys }>

/** A tool that is not allowed is as good as absent. */
export const toolOrder: Order<WrittenTool> = {
  total: false,
  widens: 'the agent may call it',
  narrows: 'the agent may no longer call it',
  atMost: (a, b) => a?.allowed !== true || b?.allowed === true,
}
