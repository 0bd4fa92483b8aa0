/** A grant can be handed on with less in it, never with more. What the child does not say it inherits. */
import { CharterError } from '../errors.ts'
import type { GrantAuthority, GrantTerms } from './grant-events.ts'

/** The parts that a child says for itself. An explicit null asks for no bound, which a bounded parent refuses. */
export type Narrowing = Partial<GrantAuthority>

/** The child's whole authority. Throws `grant_widens`, naming the part, where it would allow more than its parent. */
export function narrow(parent: GrantAuthority, child: Narrowing): GrantAuthority {
  return {
    environment: same('environment', parent.environment, child.environment),
    on_behalf_of: same('on_behalf_of', parent.on_behalf_of, child.on_behalf_of),
    until: sooner('until', parent.until, child.until),
    uses: sooner('uses', parent.uses, child.uses),
    terms: narrowTerms(parent.terms, child.terms ?? {}),
  }
}

function narrowTerms(parent: GrantTerms, child: GrantTerms): GrantTerms {
  const tools = inherit(parent.tools, child.tools, (above, below) => subset('terms.tools', above, below))
  const subjects = inherit(parent.subjects, child.subjects, (above, below) =>
    byName('terms.subjects', above, below, subset),
  )
  const limits = inherit(parent.limits, child.limits, (above, below) =>
    byName('terms.limits', above, below, (param, most, wanted) => byName(param, most, wanted, atMost)),
  )
  return { ...(tools && { tools }), ...(subjects && { subjects }), ...(limits && { limits }) }
}

/** A part that only one of them bounds stays bounded as it is. */
function inherit<Part>(
  above: Part | undefined,
  below: Part | undefined,
  narrowPart: (above: Part, below: Part) => Part,
) {
  return above === undefined || below === undefined ? (below ?? above) : narrowPart(above, below)
}

type Named<Value> = { readonly [name: string]: Value }

function byName<Value>(
  param: string,
  above: Named<Value>,
  below: Named<Value>,
  narrowOne: (param: string, above: Value, below: Value) => Value,
): Named<Value> {
  const inherited = new Map(Object.entries(above))
  const merged = new Map(inherited)
  for (const [name, wanted] of Object.entries(below)) {
    const bound = inherited.get(name)
    merged.set(name, bound === undefined ? wanted : narrowOne(`${param}.${name}`, bound, wanted))
  }
  return Object.fromEntries(merged)
}

function same<Value>(param: string, above: Value, below: Value | undefined): Value {
  if (below === undefined || below === above) return above
  throw widens(param, `\`${param}\` would be \`${below}\`, the parent's is \`${above}\``)
}

function sooner(param: string, above: number | null, below: number | null | undefined): number | null {
  if (below === undefined || above === null) return below === undefined ? above : below
  if (below === null) throw widens(param, `\`${param}\` would be without end, the parent's is ${above}`)
  return atMost(param, above, below)
}

function atMost(param: string, above: number, below: number): number {
  if (below <= above) return below
  throw widens(param, `\`${param}\` would be ${below}, the parent's is ${above}`)
}

function subset(param: string, above: readonly string[], below: readonly string[]): readonly string[] {
  const added = below.find((value) => !above.includes(value))
  if (added === undefined) return below
  throw widens(param, `\`${added}\` is not in \`${param}\` of the parent`)
}

const widens = (param: string, message: string): CharterError =>
  new CharterError('grant_widens', message, { param, hint: 'a grant can be narrowed and handed on, never widened' })
