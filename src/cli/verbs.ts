/** Everything that can be said, in the order in which help lists it. */
import { apply } from './commands/apply.ts'
import { approvalList, approvalShow } from './commands/approval.ts'
import { approvalDeny, approvalEdit, approvalGrant } from './commands/approval-answer.ts'
import { check } from './commands/check.ts'
import { completion } from './commands/completion.ts'
import { dev } from './commands/dev.ts'
import { diff } from './commands/diff.ts'
import { doctor } from './commands/doctor.ts'
import { effectList, effectSettle } from './commands/effect.ts'
import { grantInspect } from './commands/grant.ts'
import { grantIssue, grantNarrow, grantRevoke } from './commands/grant-change.ts'
import { handoffList, handoffShow } from './commands/handoff.ts'
import { handoffClaim, handoffResolve, handoffReturn } from './commands/handoff-work.ts'
import { holdLift, holdList, holdPlace } from './commands/hold.ts'
import { incidentClose, incidentList, incidentRelease, incidentShow } from './commands/incident.ts'
import { incidentCollect, incidentOpen } from './commands/incident-open.ts'
import { init } from './commands/init.ts'
import { ledgerExport, ledgerKey, ledgerShow, ledgerVerify } from './commands/ledger.ts'
import { ledgerEvidence } from './commands/ledger-evidence.ts'
import { ledgerFind } from './commands/ledger-find.ts'
import { ledgerRebuild } from './commands/ledger-rebuild.ts'
import { outcomeRecord, outcomeShow } from './commands/outcome.ts'
import { outcomeVerify } from './commands/outcome-verify.ts'
import { policyExplain, policyShow } from './commands/policy.ts'
import { policyTest } from './commands/policy-test.ts'
import { print } from './commands/print.ts'
import { report } from './commands/report.ts'
import { retentionRun } from './commands/retention.ts'
import { retentionErase } from './commands/retention-erase.ts'
import { reviewList, reviewOpen, reviewShow, reviewSign } from './commands/review.ts'
import { runExport, runList, runShow } from './commands/run.ts'
import { runAnswer } from './commands/run-answer.ts'
import { runImport } from './commands/run-capsule.ts'
import { runReplay } from './commands/run-replay.ts'
import { runResume, runStart } from './commands/run-start.ts'
import { runWhatIf } from './commands/run-what-if.ts'
import { schema } from './commands/schema.ts'
import { show } from './commands/show.ts'
import { start } from './commands/start.ts'
import { stopList } from './commands/stop.ts'
import { stopOff, stopOn } from './commands/stop-on.ts'
import { telemetryExport } from './commands/telemetry-export.ts'
import { telemetryMetrics } from './commands/telemetry-metrics.ts'
import { toolLint, toolList, toolShow } from './commands/tool.ts'
import { toolCall } from './commands/tool-call.ts'
import type { Verb } from './verb.ts'

export const nouns: Readonly<Record<string, string>> = {
  run: 'Executions of an agent: what they did, and why.',
  approval: 'Questions that agents put to people.',
  handoff: 'Runs that were given to people.',
  stop: 'Stop a scope, from this moment.',
  incident: 'Something went wrong: stop it, keep the evidence, understand it.',
  grant: 'What an agent may do for one task.',
  policy: 'What a page means to the judge, and why it decided as it did.',
  tool: 'What agents may call.',
  effect: 'Writes in the world, and what became of them.',
  outcome: 'Whether runs reached what they were for.',
  review: 'The weekly record of an agent, signed by its owner.',
  retention: 'How long content is kept, and its erasure.',
  hold: 'What is kept whatever its time, until the hold is lifted.',
  ledger: 'What happened, and whether it is still what happened.',
  telemetry: 'What happened, for the tools that others watch it with.',
}

export const verbs: readonly Verb[] = [
  init,
  dev,
  start,
  doctor,
  check,
  show,
  print,
  diff,
  apply,
  runStart,
  runList,
  runShow,
  runExport,
  runImport,
  runReplay,
  runWhatIf,
  runResume,
  runAnswer,
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
  incidentOpen,
  incidentList,
  incidentShow,
  incidentCollect,
  incidentClose,
  incidentRelease,
  grantIssue,
  grantNarrow,
  grantRevoke,
  grantInspect,
  policyShow,
  policyExplain,
  policyTest,
  toolList,
  toolShow,
  toolLint,
  toolCall,
  effectList,
  effectSettle,
  ledgerFind,
  outcomeVerify,
  outcomeRecord,
  outcomeShow,
  report,
  reviewOpen,
  reviewShow,
  reviewSign,
  reviewList,
  retentionRun,
  retentionErase,
  holdPlace,
  holdLift,
  holdList,
  ledgerShow,
  ledgerVerify,
  ledgerExport,
  ledgerEvidence,
  ledgerRebuild,
  ledgerKey,
  telemetryExport,
  telemetryMetrics,
  schema,
  completion(() => verbs, nouns),
]
