/** Cedar as text: literals and attribute accesses that mean what was given, whatever characters stand in it. */

const bareName = /^[A-Za-z_][A-Za-z0-9_]*$/
const reserved = new Set(['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar'])

/** A string literal. Cedar does not know all of JSON's escapes, so control characters go as `\u{7}`. */
export function quoteCedar(text: string): string {
  const escaped = text.replaceAll(/["\\]|\p{Cc}/gu, (character) =>
    character === '"' || character === '\\' ? `\\${character}` : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
  return `"${escaped}"`
}

export function literal(value: string | number): string {
  return typeof value === 'string' ? quoteCedar(value) : String(value)
}

/** `.amount`, or `["subject:customer"]` where the name is no identifier. */
export function access(path: readonly string[]): string {
  return path.map((name) => (isBare(name) ? `.${name}` : `[${quoteCedar(name)}]`)).join('')
}

/** The test that a record holds a name. */
export function has(record: string, name: string): string {
  return `${record} has ${isBare(name) ? name : quoteCedar(name)}`
}

const isBare = (name: string): boolean => bareName.test(name) && !reserved.has(name)
