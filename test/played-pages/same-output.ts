/**
 * Whether a page shows what a command prints. Ids, keys, hashes, times and spans are others each time: they are held
 * against each other as names, so that one id of the page is one id of the house wherever it stands.
 */

/** Ids as they are made, and keys of effects: each stands for one thing. */
const names = /\b(?:(?:run|apr|grant|hand|inc|eng|rel)_[0-9A-Z]{20}|ck_[\w-]{32})/g

/** What differs each time and stands for nothing. */
const passing: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| UTC)/g, 'TIME'],
  [/\bsha256:[0-9a-f]{12,64}/g, 'HASH'],
  [/\b[0-9a-f]{64}\b/g, 'HASH'],
  [/\b(?:in )?(?:\d+(?:\.\d+)?(?:ms|s|m|h|d) ?)+(?: ?ago)?(?=\s|$|:|,|\))/g, 'SPAN'],
  [/\b\d+(?:\.\d+)? (?:ms|s)\b/g, 'SPAN'],
  [/\b\d+ events? in \d+ streams?\b/g, 'EVENTS'],
]

/** Names of the page, and what they are in the house. */
export class Naming {
  readonly #inHouse = new Map<string, string>()
  readonly #onPage = new Map<string, string>()

  /** False where the page says of two things that they are one, or of one that it is two. */
  pair(onPage: string, inHouse: string): boolean {
    const known = this.#inHouse.get(onPage)
    const back = this.#onPage.get(inHouse)
    if (known === undefined && back === undefined) {
      this.#inHouse.set(onPage, inHouse)
      this.#onPage.set(inHouse, onPage)
      return true
    }
    return known === inHouse && back === onPage
  }

  toHouse = (text: string): string => text.replaceAll(names, (name) => this.#inHouse.get(name) ?? name)
  toPage = (text: string): string => text.replaceAll(names, (name) => this.#onPage.get(name) ?? name)
}

function shapeOf(line: string): string {
  const shaped = passing.reduce(
    (text, [pattern, word]) => text.replaceAll(pattern, word),
    line.replaceAll(names, 'NAME'),
  )
  return shaped.replaceAll(/\s+/g, ' ').trim()
}

function sameLine(shown: string, printed: string, naming: Naming): boolean {
  if (shapeOf(shown) !== shapeOf(printed)) return false
  const [ours, theirs] = [shown, printed].map((line) => line.match(names) ?? [])
  return (ours ?? []).every((name, index) => naming.pair(name, theirs?.[index] ?? ''))
}

/** The first line that is not as it is shown; nothing where all are. A line `…` stands for any number of lines. */
export function firstDifference(
  shown: readonly string[],
  printed: readonly string[],
  naming: Naming,
): { readonly shown: string; readonly printed: string } | undefined {
  let at = 0
  for (const [index, line] of shown.entries()) {
    if (line.trim() === '…') {
      const next = shown[index + 1]
      if (next === undefined) return undefined
      while (at < printed.length && shapeOf(next) !== shapeOf(printed[at] ?? '')) at++
      continue
    }
    if (!sameLine(line, printed[at] ?? '', naming)) return { shown: line, printed: printed[at] ?? '(nothing)' }
    at++
  }
  return at < printed.length ? { shown: '(nothing)', printed: printed[at] ?? '' } : undefined
}
