/**
 * RFC 8785: one text for one JSON value, so that equal values have equal hashes on every machine. What JSON cannot
 * hold is refused, never dropped or turned into null: a hash must not stand for something else than was meant.
 */
import { CharterError } from './errors.ts'
import type { Json } from './json.ts'

/** The canonical text. Throws `internal` for anything that is not plain JSON: NaN, undefined, a Date, half a character. */
export function canonicalJson(value: Json): string {
  return write(value, '')
}

function write(value: unknown, key: string): string {
  switch (typeof value) {
    case 'string':
      return quote(value, key)
    case 'number':
      if (!Number.isFinite(value)) throw unwritable(key, `is ${value}`)
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? writeArray(value, key) : writeObject(value, key)
    default:
      throw unwritable(key, `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`)
  }
}

function writeArray(values: readonly unknown[], key: string): string {
  let text = '['
  // By index, so that a hole is met as undefined and not skipped.
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + write(values[i], key)
  return `${text}]`
}

function writeObject(value: object, key: string): string {
  if (!isPlain(value)) throw unwritable(key, `is a ${value.constructor?.name || 'class instance'}`)
  let text = '{'
  for (const name of inOrder(Object.keys(value))) {
    text += `${text.length === 1 ? '' : ','}${quote(name, name)}:${write(value[name], name)}`
  }
  return `${text}}`
}

const fewNames = 24

/** Sorted by UTF-16 code units, as the standard wants; the few names of most objects are sooner put in their place one by one. */
function inOrder(names: string[]): readonly string[] {
  if (names.length > fewNames) return names.sort()
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string
    let place = i
    for (; place > 0 && (names[place - 1] as string) > name; place--) names[place] = names[place - 1] as string
    names[place] = name
  }
  return names
}

/** Printable ASCII but the quotation mark and the backslash: nothing in it needs an escape. */
const plainText = /^[ !#-[\]-~]*$/

/** JSON.stringify escapes a string exactly as the standard does, except that it lets half a character pass. */
function quote(text: string, key: string): string {
  if (plainText.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw unwritable(key, 'holds half of a surrogate pair')
  return JSON.stringify(text)
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function unwritable(key: string, what: string): CharterError {
  return new CharterError(
    'internal',
    `only plain JSON can be written: ${key === '' ? 'the value' : `\`${key}\``} ${what}`,
    {
      param: key === '' ? undefined : key,
    },
  )
}
