/**
 * W3C trace context: in which trace a run stands, and what each of its spans is called. Ids are derived from the run's
 * id and the place of the span in it, so that whoever names a span, a tool now or an exporter years later, gives it the
 * same name without asking anybody.
 */
import { hash } from 'node:crypto'
import { CharterError } from '../errors.ts'
import type { Run } from './run.ts'

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span that the header names. */
  readonly spanId: string
  /** Two hexadecimal digits; the lowest bit says that the caller may have recorded the trace. */
  readonly flags: string
}

const shape =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/
const zeros = /^0+$/

/** Nothing where it is no valid `traceparent`. A later version may say more behind; what version 00 says stands first. */
export function readTraceparent(text: string): TraceContext | undefined {
  const { version, traceId = '', spanId = '', flags = '', more } = shape.exec(text.trim())?.groups ?? {}
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  return zeros.test(traceId) || zeros.test(spanId) ? undefined : { traceId, spanId, flags }
}

const writeTraceparent = ({ traceId, spanId, flags }: TraceContext): string => `00-${traceId}-${spanId}-${flags}`

/** As it is kept in the ledger. Throws `usage`: a caller who names a trace wants the run to stand in it. */
export function requireTraceparent(text: string): string {
  const context = readTraceparent(text)
  if (context) return writeTraceparent(context)
  throw new CharterError('usage', `\`${text}\` is no W3C traceparent`, {
    param: 'traceparent',
    hint: 'such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
}

/** The caller's trace, or one of the run's own. */
export const traceIdOf = (run: string, traceparent: string | undefined): string =>
  callersOf(traceparent)?.traceId ?? digits(`trace ${run}`, 32)

/** Of what stands at a place of the run, such as `action/2.1/call`. */
export const spanIdOf = (run: string, place: string): string => digits(`span ${run} ${place}`, 16)

/** What a tool is given, and passes on to its vendor: the name of the span that its call will be. */
export function traceparentAt({ id, started }: Pick<Run, 'id' | 'started'>, place: string): string {
  const traceId = traceIdOf(id, started?.traceparent)
  const flags = callersOf(started?.traceparent)?.flags ?? '01'
  return writeTraceparent({ traceId, spanId: spanIdOf(id, place), flags })
}

/** Where the spans of a run stand in it. */
export const placeOf = {
  run: 'run',
  turn: (turn: number) => `turn/${turn}`,
  /** Counts from 1: a model that does not answer is asked again in the same turn. */
  model: (turn: number, nth: number) => `turn/${turn}/model/${nth}`,
  wait: (nth: number) => `wait/${nth}`,
  action: (action: string) => `action/${action}`,
  judgement: (action: string, nth: number) => `action/${action}/judgement/${nth}`,
  waitOf: (action: string, nth: number) => `action/${action}/wait/${nth}`,
  call: (action: string) => `action/${action}/call`,
  effect: (action: string) => `action/${action}/effect`,
  attempt: (action: string, attempt: number) => `action/${action}/attempt/${attempt}`,
  settlement: (action: string, nth: number) => `action/${action}/settlement/${nth}`,
} as const

const callersOf = (traceparent: string | undefined): TraceContext | undefined =>
  traceparent === undefined ? undefined : readTraceparent(traceparent)

const digits = (text: string, length: number): string => hash('sha256', text, 'hex').slice(0, length)
