/** Which classes of content can be withheld: a name that is spelled wrong must not hand over what was meant to stay. */
import { CharterError, nearest } from '../errors.ts'
import type { Recording } from '../replays/recording.ts'
import { refsIn } from '../traces/read-trace.ts'

/** Of the events that a run is made of; a run need not have content of each. */
const usual = ['input', 'prompt', 'arguments', 'decision', 'result', 'approval', 'charter', 'release'] as const

/** What the run read, wrote and was told: without them a capsule tells what was done, and by which page. */
export const classesOfContent = usual.filter((name) => name !== 'charter' && name !== 'release')

/** Throws `usage` for a class that no content has. */
export function requireClasses(withheld: readonly string[], { events, beside }: Recording): void {
  const own = [...events, ...[...beside.values()].flat()].flatMap(({ body }) => refsIn(body))
  const known = new Set([...usual, ...own.map((ref) => ref.class)])
  const unknown = withheld.find((name) => !known.has(name))
  if (unknown === undefined) return
  const near = nearest(unknown, known)
  throw new CharterError('usage', `no content is of class \`${unknown}\``, {
    param: '--without',
    hint: near === undefined ? `one of ${[...known].join(', ')}` : `did you mean \`${near}\`?`,
  })
}
