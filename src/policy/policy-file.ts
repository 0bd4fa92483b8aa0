/** A Cedar file that a page names, taken apart into policies that know where they stand. */
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import { checkParsePolicySet, policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs'
import { CharterError } from '../errors.ts'
import { byteLength, placeInText } from './place-in-text.ts'
import type { PolicySource } from './policy-set.ts'

export interface PolicyFile {
  readonly file: string
  readonly text: string
}

export interface FilePolicy extends PolicySource {
  readonly file: PolicyFile
  /** Where its text begins in the file, in bytes. */
  readonly offset: number
}

/** Policies in the order of the file. Throws `policy_invalid` with the place for text that is no Cedar, and for templates. */
export function readPolicyFile(file: PolicyFile): FilePolicy[] {
  const parsed = checkParsePolicySet({ staticPolicies: file.text })
  const parts = policySetTextToParts(file.text)
  if (parts.type === 'failure') throw unreadable(file, parts.errors[0])
  const [template] = parts.policy_templates
  if (template !== undefined) {
    throw new CharterError('policy_invalid', 'a template has no meaning here: there is nothing to fill its slots', {
      hint: 'write the policy without `?principal` and `?resource`',
      place: placeInText(file.file, file.text, byteLength(file.text.slice(0, file.text.indexOf(template)))),
    })
  }
  if (parsed.type === 'failure') throw unreadable(file, parsed.errors[0])
  return locate(file.text, parts.policies).map(({ text, start }, index) => toPolicy(file, text, start, index + 1))
}

function toPolicy(file: PolicyFile, text: string, start: number, number: number): FilePolicy {
  const answer = policyToJson(text)
  const annotations = answer.type === 'success' ? (answer.json.annotations ?? {}) : {}
  const offset = byteLength(file.text.slice(0, start))
  const place = placeInText(file.file, file.text, offset)
  const says = annotations.says || `rule ${number} of ${file.file}`
  return { id: annotations.id || `${file.file}#${number}`, text, says, from: file.file, place, file, offset }
}

/** Cedar hands the texts back in the order of ids that it made up, so each is looked for outside of comments. */
function locate(file: string, texts: readonly string[]): { text: string; start: number }[] {
  const searched = blankComments(file)
  const from = new Map<string, number>()
  const located = texts.map((text) => {
    const sought = blankComments(text)
    const start = searched.indexOf(sought, from.get(sought) ?? 0)
    from.set(sought, start + 1)
    return { text, start: Math.max(start, 0) }
  })
  return located.sort((one, other) => one.start - other.start)
}

/** The same text, as long as before, with spaces for comments. */
export const blankComments = (text: string): string =>
  text.replaceAll(/"(?:\\.|[^"\\])*"|\/\/[^\n]*/g, (found) =>
    found.startsWith('"') ? found : ' '.repeat(found.length),
  )

function unreadable({ file, text }: PolicyFile, error: DetailedError | undefined): CharterError {
  const start = error?.sourceLocations?.[0]?.start
  const message = (error?.message ?? 'it cannot be read').replace(/^failed to parse policies from string: /, '')
  return new CharterError('policy_invalid', `not a Cedar policy: ${message}`, {
    hint: error?.help ?? undefined,
    place: start === undefined ? undefined : placeInText(file, text, start),
  })
}
