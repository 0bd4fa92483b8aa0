/**
 * What finds personal data and secrets in free text. Our own finds what has a checksum or an unmistakable shape; a
 * specialised model that knows names and addresses implements the same interface, and both work together.
 */
export interface Redactor {
  /** For each text the places in it that are not to be shown, in any order; they may overlap. */
  find(texts: readonly string[]): Promise<readonly (readonly Finding[])[]>
}

export interface Finding {
  /** `email`, `iban`, `pii`: what stands there instead. */
  readonly kind: string
  /** Counted in UTF-16 units, as strings are; `end` is the first that is left. */
  readonly start: number
  readonly end: number
}

/** What any of them finds. A model that is not reached throws: nothing is shown that it did not look at. */
export function together(...redactors: readonly Redactor[]): Redactor {
  return {
    async find(texts) {
      const found = await Promise.all(redactors.map((redactor) => redactor.find(texts)))
      return texts.map((_, at) => found.flatMap((each) => each[at] ?? []))
    },
  }
}

/** The text with a mark in the place of each finding. Where several overlap, the one that begins first names it. */
export function mask(text: string, findings: readonly Finding[]): string {
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end)
  let masked = ''
  let at = 0
  for (const { kind, start, end } of sorted) {
    if (end <= at) continue
    if (start >= at) masked += `${text.slice(at, start)}${markOf(kind)}`
    at = end
  }
  return masked + text.slice(at)
}

export const markOf = (kind: string): string => `[redacted: ${kind}]`
