/** What each kind of read says to the database. */
import type { Answers, Read } from '../reads.ts'
import { approval, approvals } from './approvals.ts'
import { inFlight } from './attempts.ts'
import { charter, grants, stops } from './authority.ts'
import { breaker } from './breaker.ts'
import { businessKey, effect, effects, openEffects } from './effects.ts'
import { handoffs } from './handoffs.ts'
import { head } from './head.ts'
import { incidents } from './incidents.ts'
import { moved } from './moved.ts'
import { nextTimer, readyRuns, restingRuns, run, runs, startKey } from './runs.ts'
import type { ReadStatement } from './statement.ts'
import { runsOfSubject, subjectKinds } from './subjects.ts'

export function readStatement(read: Read): ReadStatement<Answers[Read['read']]> {
  switch (read.read) {
    case 'head':
      return head(read)
    case 'stops':
      return stops()
    case 'grants':
      return grants(read)
    case 'charter':
      return charter(read)
    case 'moved':
      return moved(read)
    case 'open_effects':
      return openEffects(read)
    case 'business_key':
      return businessKey(read)
    case 'effect':
      return effect(read)
    case 'effects':
      return effects(read)
    case 'in_flight':
      return inFlight(read)
    case 'approval':
      return approval(read)
    case 'approvals':
      return approvals(read)
    case 'handoffs':
      return handoffs(read)
    case 'incidents':
      return incidents(read)
    case 'run':
      return run(read)
    case 'runs':
      return runs(read)
    case 'runs_of_subject':
      return runsOfSubject(read)
    case 'subject_kinds':
      return subjectKinds()
    case 'start_key':
      return startKey(read)
    case 'ready_runs':
      return readyRuns(read)
    case 'resting_runs':
      return restingRuns(read)
    case 'next_timer':
      return nextTimer(read)
    case 'breaker':
      return breaker(read)
  }
}
