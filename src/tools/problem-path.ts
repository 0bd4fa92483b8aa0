/** Where something stands in a value, for people: `items[2].sku`, `headers["x-id"]`. Empty for the whole value. */
export type ProblemPath = readonly (string | number)[]

export function pathText(path: ProblemPath): string {
  return path.map((part, index) => step(part, index === 0)).join('')
}

function step(part: string | number, first: boolean): string {
  if (typeof part === 'number') return `[${part}]`
  if (!/^[A-Za-z_$][\w$]*$/.test(part)) return `[${JSON.stringify(part)}]`
  return first ? part : `.${part}`
}
