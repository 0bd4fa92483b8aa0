/** What the script of an evidence page does to text and bytes. It carries the text of these functions (page-script.ts). */

export type Bytes = Uint8Array<ArrayBuffer>

export function need(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise)
}

export function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the data cannot be read')
  return value
}

/** RFC 8785. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** As JSON stands in a page: it cannot end the element that it stands in. */
export function embedded(json: string): string {
  return json.replaceAll('<', '\\u003c')
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function joined(...parts: readonly Bytes[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

export async function hashOf(value: unknown): Promise<string> {
  return toHex(await sha256(utf8(canonical(value))))
}

export const byteFunctions = [
  need,
  given,
  canonical,
  embedded,
  utf8,
  fromBase64,
  fromHex,
  toHex,
  joined,
  sha256,
  hashOf,
] as const
