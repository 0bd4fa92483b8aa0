/**
 * Is the model that answered the one that was pinned? Providers answer an alias with the dated snapshot behind it,
 * and gateways put their own prefixes before names; anything else is another model.
 */

export type ModelIdentity =
  /** The pinned id. */
  | 'same'
  /** A dated snapshot of the pinned alias: record it. */
  | 'snapshot'
  /** Another model than the pinned one, or another snapshot than the run saw before. */
  | 'changed'
  /** The provider does not say who answered. */
  | 'unsaid'

/**
 * `pinned` is the id on the page (`openai/gpt-4.1-mini`), `answered` what the provider said, `seen` the snapshot that
 * answered earlier in this run, if one did.
 */
export function compareModelIdentity(pinned: string, answered: string | undefined, seen?: string): ModelIdentity {
  if (!answered) return 'unsaid'
  const own = ownName(pinned)
  const name = segmentsOf(answered)
  if (isSameName(own, name)) return 'same'
  const alias = [...own.slice(0, -1), last(own).replace(/-latest$/, '')]
  if (!isSnapshot(alias, name)) return 'changed'
  if (seen === undefined) return 'snapshot'
  const before = segmentsOf(seen)
  // An alias that answered under its own name earlier has not said which snapshot it was.
  return isSameName(own, before) || isSameName(before, name) ? 'snapshot' : 'changed'
}

const segmentsOf = (id: string) =>
  id
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== 'models')

/** Without the first segment, which in our own ids is the provider's name. */
function ownName(pinned: string): string[] {
  const segments = segmentsOf(pinned)
  return segments.length > 1 ? segments.slice(1) : segments
}

/** Equal, as far back as both go: `gpt-4.1` is `openai/gpt-4.1`, but `meta/llama` is not `mirror/llama`. */
function isSameName(a: readonly string[], b: readonly string[]): boolean {
  const shared = Math.min(a.length, b.length)
  return shared > 0 && a.slice(-shared).join('/') === b.slice(-shared).join('/')
}

function isSnapshot(alias: readonly string[], name: readonly string[]): boolean {
  const [stem, dated] = [last(alias), last(name)]
  if (stem === '' || date.test(stem) || !dated.startsWith(stem)) return false
  return onlyDate.test(dated.slice(stem.length)) && isSameName([...alias.slice(0, -1), dated], name)
}

const year = '20\\d\\d'
const month = '(0[1-9]|1[0-2])'
const day = '(0[1-9]|[12]\\d|3[01])'
/** `-2025-04-14`, `-20250929`, `@20250929`, `-09-2025`, `-05-06`, and the short `-0613` (day) and `-2411` (month). */
const dated = [
  `${year}-${month}-${day}`,
  `${year}${month}${day}`,
  `${month}-${year}`,
  `${month}-${day}`,
  `${month}${day}`,
  `2\\d${month}`,
]
const onlyDate = new RegExp(`^[-@](${dated.join('|')})$`)
const date = new RegExp(`[-@](${dated.join('|')})$`)

const last = (segments: readonly string[]) => segments.at(-1) ?? ''
