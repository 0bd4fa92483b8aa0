/** What the events of a record say that decisions were made from. */
import { CharterError } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { RefusedRead } from '../runs/gather.ts'
import type { DecisionBasis } from '../runs/judge-action.ts'
import type { Contents } from './recorded-outcomes.ts'

/** Of an `action.judged`; nothing where it was made from nothing. */
export function basisIn(contents: Contents, event: LedgerEvent | undefined): DecisionBasis | undefined {
  const content = judgedIn(contents, event)
  return content && 'live' in content ? (content as object as DecisionBasis) : undefined
}

/** The read that was refused to those who asked for the facts. */
export function refusedReadIn(contents: Contents, event: LedgerEvent | undefined): RefusedRead | undefined {
  return judgedIn(contents, event)?.read as object | undefined as RefusedRead | undefined
}

/** Of a judgement for which nothing could be gathered: what whoever asked was told. */
export function failureIn(contents: Contents, event: LedgerEvent | undefined): Error {
  const detail = String(judgedIn(contents, event)?.detail ?? '')
  return event?.body.code === 'tool_timeout' ? new CharterError('tool_timeout', detail) : new Error(detail)
}

function judgedIn(contents: Contents, event: LedgerEvent | undefined) {
  const content = event?.type === 'action.judged' ? contents.contentOf(event, 'judged') : undefined
  return isJsonObject(content) ? content : undefined
}
