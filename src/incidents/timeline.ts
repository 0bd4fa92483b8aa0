/**
 * What happened, in the order in which it did: of runs what they sent, were refused, waited for and came to; of people
 * what they answered, stopped and changed. It says ids, codes and numbers and nothing of content, so it can be kept.
 */
import type { JsonObject } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { plainly } from '../traces/say.ts'

export interface TimelineEntry {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly stream: string
  readonly seq: number
  readonly who: string
  readonly what: string
}

/** Told of each event once, in the order of the ledger. What is no news is left out. */
export function timelineOf(events: readonly LedgerEvent[]): readonly TimelineEntry[] {
  const tools = new Map<string, string>()
  return events.flatMap((event) => {
    const { at, stream, seq, actor, type, body } = event
    if (type === 'action.proposed') tools.set(`${stream} ${body.action}`, String(body.tool))
    const tool = tools.get(`${stream} ${body.action}`) ?? ''
    const what = sayEvent(type, body, tool)
    return what === undefined
      ? []
      : [{ at, stream, seq, who: actor, what: plainly(what).trim().replaceAll(/ {2,}/g, ' ') }]
  })
}

function sayEvent(type: string, body: JsonObject, tool: string): string | undefined {
  const own = tellings[type]
  return own?.(body, tool)
}

type Telling = (body: JsonObject, tool: string) => string | undefined

const said = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
const inBrackets = (value: unknown): string => (said(value) === '' ? '' : `(${said(value)})`)
const shortly = (hash: unknown): string => said(hash).slice(0, 19)
const names = (value: unknown): string => [value].flat().map(said).join(', ')

const tellings: Readonly<Record<string, Telling>> = {
  'run.started': ({ agent, charter, start_key: key }) => `began: ${said(agent)} ${said(key)}, page ${shortly(charter)}`,
  'run.recovered': ({ engine }) => `taken up by another engine, ${said(engine)}`,
  'turn.failed': ({ turn, code }) => `turn ${said(turn)}: the model did not answer (${said(code)})`,
  'turn.answered': ({ turn, identity, answered_model: model }) =>
    identity === 'changed' ? `turn ${said(turn)}: another model answered, ${said(model)}` : undefined,
  'action.judged': ({ action, decision, code, rules }, tool) =>
    decision === 'allow' ? undefined : `${said(action)} ${tool} → ${said(decision)} ${said(code)} by ${names(rules)}`,
  'effect.dispatched': ({ effect, tool, attempt }) => `${said(tool)} sent, attempt ${said(attempt)}: ${said(effect)}`,
  'effect.committed': ({ effect, by, doubled }) =>
    `committed: ${said(effect)} (${said(by)})${doubled === undefined ? '' : ', and the world has it twice'}`,
  'effect.not_committed': ({ effect, by, status }) =>
    `not committed: ${said(effect)} (${said(by)}), now ${said(status)}`,
  'effect.unknown': ({ effect, why }) => `unknown: ${said(effect)} (${said(why)})`,
  'effect.given_up': ({ effect }) => `nothing more is sent of ${said(effect)}`,
  'run.waiting': ({ awaits, id }) => `waits for ${said(awaits)} ${said(id)}`,
  'run.woken': ({ awaits, id, outcome }) => `${said(awaits)} ${said(id)} ${said(outcome)}`,
  'run.escalated': ({ escalation, code, bound }) =>
    `escalated: ${said(code)} ${inBrackets(bound)} → ${said(escalation)}`,
  'run.ended': ({ status, code }) => `ended ${said(status)} ${inBrackets(code)}`,
  'approval.signed': ({ approval, by }) => `${said(approval)} signed by ${said(by)}`,
  'approval.granted': ({ approval, by }) => `${said(approval)} granted by ${names(by)}`,
  'approval.denied': ({ approval, by }) => `${said(approval)} denied by ${said(by)}`,
  'approval.edited': ({ approval, by }) => `${said(approval)} edited by ${said(by)}`,
  'approval.expired': ({ approval }) => `${said(approval)} expired: nobody answered`,
  'approval.cancelled': ({ approval, code }) => `${said(approval)} cancelled ${inBrackets(code)}`,
  'approval.superseded': ({ approval, code }) => `${said(approval)} superseded ${inBrackets(code)}`,
  'handoff.assigned': ({ handoff, group, code }) => `${said(handoff)} given to ${said(group)} ${inBrackets(code)}`,
  'handoff.claimed': ({ handoff, by }) => `${said(handoff)} claimed by ${said(by)}`,
  'handoff.resolved': ({ handoff }) => `${said(handoff)} resolved`,
  'handoff.returned': ({ handoff }) => `${said(handoff)} returned`,
  'stop.raised': ({ stop, level }) => `STOP ${said(stop)} at ${said(level)}`,
  'stop.quiet': ({ stop, finished, given_up: givenUp, waited_ms: waited }) =>
    `stop ${said(stop)} quiet after ${said(waited)} ms: ${said(finished)} finished, ${said(givenUp)} past their time`,
  'stop.lifted': ({ stop }) => `stop ${said(stop)} lifted`,
  'charter.applied': ({ agent, charter }) => `page ${shortly(charter)} put in force for ${said(agent)}`,
  'release.recorded': ({ agent, release }) => `release ${shortly(release)} of ${said(agent)} first seen`,
  'grant.revoked': ({ grant }) => `${said(grant)} revoked`,
  'breaker.opened': ({ tool }) => `${said(tool)} is left alone: it failed too often`,
  'breaker.closed': ({ tool }) => `${said(tool)} works again`,
  'incident.opened': ({ incident }) => `${said(incident)} opened`,
  'incident.pinned': ({ incident, runs }) => `${said(incident)} pinned ${Array.isArray(runs) ? runs.length : 0} runs`,
  'incident.closed': ({ incident }) => `${said(incident)} closed`,
  'incident.released': ({ incident }) => `${said(incident)} let go of its runs`,
}

export interface Concerned {
  readonly runs: ReadonlySet<string>
  /** Whose runs those are. */
  readonly agents: ReadonlySet<string>
  readonly environment: string
}

/** Which events of a stretch of the ledger belong to an incident: those of its runs, their agents' pages, and what bounds all. */
export function belongs({ runs, agents, environment }: Concerned): (event: LedgerEvent) => boolean {
  const beside = new Set<string>()
  return ({ stream, type, body }) => {
    const [noun = '', ...rest] = stream.split('/')
    if (noun === 'run') return runs.has(rest.join('/'))
    if (noun === 'approval' || noun === 'handoff') {
      if (typeof body.run === 'string' && runs.has(body.run)) beside.add(stream)
      return beside.has(stream)
    }
    if (noun === 'charter' && body.environment !== environment) return false
    if (noun === 'charter' || noun === 'release') return agents.has(String(body.agent))
    return ['stop.', 'breaker.', 'incident.', 'grant.revoked'].some((begin) => type.startsWith(begin))
  }
}
