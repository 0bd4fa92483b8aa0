/** Everything that can be said, in the order in which help lists it. */
import { approvalList, approvalShow } from './commands/approval.ts'
import { approvalDeny, approvalEdit, approvalGrant } from './commands/approval-answer.ts'
import { check } from './commands/check.ts'
import { completion } from './commands/completion.ts'
import { diff } from './commands/diff.ts'
import { effectList, effectSettle } from './commands/effect.ts'
import { grantInspect } from './commands/grant.ts'
import { grantIssue, grantNarrow, grantRevoke } from './commands/grant-change.ts'
import { handoffList, handoffShow } from './commands/handoff.ts'
import { handoffClaim, handoffResolve, handoffReturn } from './commands/handoff-work.ts'
import { ledgerExport, ledgerKey, ledgerShow, ledgerVerify } from './commands/ledger.ts'
import { print } from './commands/print.ts'
import { runExport, runList, runShow } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { show } from './commands/show.ts'
import { stopList } from './commands/stop.ts'
import { stopOff, stopOn } from './commands/stop-on.ts'
import type { Verb } from './verb.ts'

export const nouns: Readonly<Record<string, string>> = {
  run: 'Executions of an agent: what they did, and why.',
  approval: 'Questions that agents put to people.',
  handoff: 'Runs that were given to people.',
  stop: 'Stop a scope, from this moment.',
  grant: 'What an agent may do for one task.',
  effect: 'Writes in the world, and what became of them.',
  ledger: 'What happened, and whether it is still what happened.',
}

export const verbs: readonly Verb[] = [
  check,
  show,
  print,
  diff,
  runList,
  runShow,
  runExport,
  approvalList,
  approvalShow,
  approvalGrant,
  approvalDeny,
  approvalEdit,
  handoffList,
  handoffShow,
  handoffClaim,
  handoffResolve,
  handoffReturn,
  stopOn,
  stopOff,
  stopList,
  grantIssue,
  grantNarrow,
  grantRevoke,
  grantInspect,
  effectList,
  effectSettle,
  ledgerShow,
  ledgerVerify,
  ledgerExport,
  ledgerKey,
  schema,
  completion(() => verbs, nouns),
]
