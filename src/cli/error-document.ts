/** An error as every door says it: DESIGN.md section 8. */
import { CharterError, errorCodes, isCharterError } from '../errors.ts'
import { type Json, partOf } from '../json.ts'
import { detectSecrets } from '../redaction/detect.ts'
import { mask } from '../redaction/redactor.ts'

export interface ErrorDocument {
  readonly type: string
  readonly code: string
  readonly message: string
  readonly param: string | null
  readonly hint: string | null
  readonly doc_url: string
  readonly request_id: string
  readonly run_id: string | null
  readonly retry: { readonly safe: boolean; readonly after_ms: number | null; readonly same_key: boolean }
  readonly decision: Json
  readonly approval: Json
  /** Where in a file of the user's it stands. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number }
  /** All that is wrong, where that is more than one thing. */
  readonly problems?: Json
}

/** The same call may be made again and may then succeed, without anybody changing anything. */
const passing = new Set<string>([
  'rate_limited',
  'breaker_open',
  'subject_busy',
  'ledger_unavailable',
  'ledger_locked',
  'ledger_version_conflict',
  'ledger_lease_lost',
  'ledger_commit_unknown',
  'keyring_unavailable',
  'tool_timeout',
  'model_failed',
])

/** What came out of a command, whatever it was, as the one class. */
export function asCharterError(error: unknown): CharterError {
  if (isCharterError(error)) return error
  const said = error instanceof Error ? error.message : String(error)
  return new CharterError('internal', said, {
    cause: error,
    hint: 'this is a fault in Charter: run it again with CHARTER_DEBUG=1 and report what it says',
  })
}

export function errorDocument(error: CharterError, requestId: string): ErrorDocument {
  const { code, message, param, hint, place, details } = error
  return {
    type: errorCodes[code].type,
    code,
    message: withoutSecrets(message),
    param: param ?? null,
    hint: hint === undefined ? null : withoutSecrets(hint),
    doc_url: `docs/reference/errors.md#${code}`,
    request_id: requestId,
    run_id: textIn(details, 'run') ?? null,
    retry: { safe: passing.has(code), after_ms: numberIn(details, 'after_ms') ?? null, same_key: passing.has(code) },
    decision: jsonIn(details, 'decision') ?? null,
    approval: jsonIn(details, 'approval') ?? null,
    ...(place && { place: { file: place.file, line: place.line, column: place.column } }),
    ...(details.problems !== undefined && { problems: jsonIn(details, 'problems') ?? null }),
  }
}

/** What went wrong may quote what was typed or what a vendor answered. */
const withoutSecrets = (text: string): string => mask(text, detectSecrets(text))

type Details = Readonly<Record<string, unknown>>

const textIn = (details: Details, name: string): string | undefined => {
  const value = details[name]
  return typeof value === 'string' ? value : undefined
}

const numberIn = (details: Details, name: string): number | undefined => {
  const value = details[name]
  return typeof value === 'number' ? value : undefined
}

/** What JSON makes of it: details may hold anything. */
function jsonIn(details: Details, name: string): Json | undefined {
  const value = details[name]
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value) ?? 'null') as Json)
}

/** `what`, `why`, what to do next, and where to read more: for people. */
export function errorLines(error: CharterError, paint: { bad(text: string): string; faint(text: string): string }) {
  const { code, message, hint, place } = error
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : ''
  return [
    `${paint.bad('error')}: ${where}${withoutSecrets(message)}`,
    ...(hint === undefined ? [] : [`  ${withoutSecrets(hint)}`]),
    ...furtherProblems(error),
    paint.faint(`  ${code} · charter exits with ${errorCodes[code].exit}`),
  ]
}

const mostShown = 10

/** Said at once, so that a file is not mended one line at a time. The first of them is the error itself. */
function furtherProblems({ details }: CharterError): string[] {
  const problems = jsonIn(details, 'problems')
  const errors = Array.isArray(problems) ? problems.filter((problem) => partOf(problem, 'level') === 'error') : []
  const said = errors.slice(1, mostShown).map((problem) => {
    const [file, line, column] = ['file', 'line', 'column'].map((name) => partOf(partOf(problem, 'place'), name))
    return `  ${file}:${line}:${column}: ${partOf(problem, 'message')}`
  })
  return errors.length > mostShown ? [...said, `  and ${errors.length - mostShown} more`] : said
}
