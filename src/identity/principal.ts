/** Who can be named in the ledger: a person by address, everything else by what it is: `agent:billing`, `service:ci`. */
import { CharterError } from '../errors.ts'

export type PrincipalKind = 'person' | 'agent' | 'service' | 'engine'

export interface Principal {
  readonly kind: PrincipalKind
  /** As it stands in events: `ada@acme.example`, `agent:billing`. */
  readonly name: string
}

const person = /^[^\s@:,]+@[^\s@:,]+$/
const other = /^(agent|service|engine):[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Nothing when the text names no principal. Addresses are lower-cased, so that one person has one name. */
export function readPrincipal(text: string): Principal | undefined {
  if (person.test(text)) return { kind: 'person', name: text.toLowerCase() }
  const [, kind] = other.exec(text) ?? []
  return kind === 'agent' || kind === 'service' || kind === 'engine' ? { kind, name: text } : undefined
}

/** Throws `usage` when the text names no principal; `param` is the option or field it stood in. */
export function parsePrincipal(text: string, param: string): Principal {
  const principal = readPrincipal(text)
  if (principal) return principal
  throw new CharterError('usage', `\`${text}\` names no principal`, { param, hint: principalHint })
}

export const principalHint = 'write a person as ada@acme.example, and what is no person as agent:NAME or service:NAME'
