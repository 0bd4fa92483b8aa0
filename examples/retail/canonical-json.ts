type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/**
 * RFC 8785 text of plain JSON. The shop has its own, because the hash of its state is a witness against the runtime
 * and must not share code with it.
 */
export function canonicalJson(value: Plain): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}
