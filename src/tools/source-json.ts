/**
 * JSON as it was written. `JSON.parse` would round a number that has too many digits, and keep the last of two members of
 * one name; here every number keeps its text, and what is ambiguous is said.
 */
import { errorMessage } from './error-message.ts'
import { maxDepth } from './plain-json.ts'

/** A number, not yet made into one. */
export class WrittenNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type SourceJson =
  | null
  | boolean
  | string
  | WrittenNumber
  | readonly SourceJson[]
  | { readonly [name: string]: SourceJson }

export type SourceReading =
  | { readonly ok: true; readonly value: SourceJson }
  | { readonly ok: false; readonly message: string }

/** Never throws. Nesting deeper than 64, a name twice in one object and `__proto__` are refused. */
export function readSourceJson(text: string): SourceReading {
  try {
    JSON.parse(text)
  } catch (error) {
    return { ok: false, message: `not JSON: ${errorMessage(error)}` }
  }
  const trouble = troubleIn(text)
  return trouble === undefined ? { ok: true, value: parse(text) } : { ok: false, message: trouble }
}

function parse(text: string): SourceJson {
  return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value,
  )
}

/** One pass over text that is known to be JSON. */
function troubleIn(text: string): string | undefined {
  const open: Set<string>[] = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') open.push(new Set())
    else if (sign === '}' || sign === ']') open.pop()
    if (open.length > maxDepth) return `nested deeper than ${maxDepth}`
    if (sign !== '"') continue
    const end = endOfString(text, at)
    const trouble = isName(text, end) ? troubleWithName(text.slice(at, end), open.at(-1)) : undefined
    if (trouble !== undefined) return trouble
    at = end - 1
  }
  return undefined
}

function troubleWithName(quoted: string, names: Set<string> | undefined): string | undefined {
  const name = String(JSON.parse(quoted))
  if (name === '__proto__') return 'a member may not be called `__proto__`'
  if (names?.has(name)) return `\`${name}\` stands twice in one object`
  names?.add(name)
  return undefined
}

/** The place after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function isName(text: string, end: number): boolean {
  let at = end
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++
  return text[at] === ':'
}
