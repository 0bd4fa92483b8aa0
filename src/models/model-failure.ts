/** What a provider threw, as `model_failed`: whether a retry may help, and after how long. */
import {
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
} from '@ai-sdk/provider'
import { CharterError, isCharterError } from '../errors.ts'

export interface ModelFailure {
  /** The same request may be sent again. */
  retryable: boolean
  /** How long the provider asks us to wait, milliseconds. */
  retryAfterMs?: number
  /** HTTP status, where there was one. */
  status?: number
  /** It thought for longer than it may. */
  timedOut?: boolean
}

/** What is known of a `model_failed`; undefined for any other error. */
export function modelFailureOf(error: unknown): ModelFailure | undefined {
  if (!isCharterError(error) || error.code !== 'model_failed') return undefined
  const { retryable, retryAfterMs, status, timedOut } = error.details
  return {
    retryable: retryable === true,
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(typeof status === 'number' && { status }),
    ...(timedOut === true && { timedOut }),
  }
}

/** `now` in milliseconds since 1970: a provider may name a date to come back at. */
export function toModelFailed(model: string, thrown: unknown, now: number): CharterError {
  const failure = APICallError.isInstance(thrown) ? apiFailure(thrown, now) : { retryable: isPassing(thrown) }
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  return new CharterError('model_failed', `model \`${model}\` could not be called: ${said.slice(0, 500)}`, {
    details: { ...failure },
    cause: thrown,
  })
}

function apiFailure(error: APICallError, now: number): ModelFailure {
  const retryAfterMs = retryAfter(error.responseHeaders ?? {}, now)
  return {
    retryable: error.isRetryable || isUnreadable(error),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(error.statusCode !== undefined && { status: error.statusCode }),
  }
}

/** It answered, and not with what a model answers: half a body, or some proxy's page. The next may be whole. */
const isUnreadable = ({ statusCode = 0 }: APICallError): boolean => statusCode >= 200 && statusCode < 300

/** `retry-after-ms` (OpenAI), or `retry-after` as seconds or as a date. */
function retryAfter(headers: Record<string, string>, now: number): number | undefined {
  const ms = waitOf(headers['retry-after-ms'])
  if (ms !== undefined) return Math.ceil(ms)
  const seconds = waitOf(headers['retry-after'])
  if (seconds !== undefined) return Math.ceil(seconds * 1000)
  const date = Date.parse(headers['retry-after'] ?? '')
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function waitOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,9}(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined
}

const passingCodes = /^(ECONN\w+|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|UND_ERR_\w+)$/
const unreadable = [InvalidResponseDataError, EmptyResponseBodyError, NoContentGeneratedError, JSONParseError]
const passingNames = new Set(['TimeoutError', 'AbortError'])

/** A network that failed, a time-out of the provider's own, or an answer that it could not read: something that passes. */
function isPassing(thrown: unknown, depth = 0): boolean {
  if (!(thrown instanceof Error) || depth > 5) return false
  if (passingNames.has(thrown.name) || thrown.message === 'fetch failed') return true
  if (unreadable.some((kind) => kind.isInstance(thrown))) return true
  if ('code' in thrown && passingCodes.test(String(thrown.code))) return true
  return isPassing(thrown.cause, depth + 1)
}
