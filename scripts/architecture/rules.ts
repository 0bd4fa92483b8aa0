/** The rules that ARCHITECTURE.md lists, the tests that bear their ids, and where the two part. */
import type { SourceFiles } from './source-files.ts'

export interface Rule {
  readonly id: string
  /** A rule that is not in force yet is marked `(later)` and needs no test. */
  readonly later: boolean
}

/** `- **P1** Cedar skips …`, `- **U1** (later) Once …` */
export function readRules(architecture: string): readonly Rule[] {
  const found = architecture.matchAll(/^- \*\*([A-Z]\d+)\*\*( \(later\))? \S/gm)
  return [...found].map(([, id = '', later]) => ({ id, later: later !== undefined }))
}

/** The ids at the beginning of test names. A test that is skipped, or still to be written, holds nothing. */
export function testedRules(files: SourceFiles): ReadonlyMap<string, string> {
  const tested = new Map<string, string>()
  for (const [file, text] of files) {
    if (!/\.(?:test|contract)\.ts$|\/contract\//.test(file)) continue
    for (const [, id = ''] of text.matchAll(
      /\b(?:test|it|describe)\(\s*['"`]([A-Z]\d+)\b(?![^\n]*\b(?:skip|todo): true)/g,
    )) {
      tested.set(id, file)
    }
  }
  return tested
}

export interface Parting {
  /** In force, and no test would fail without them. */
  readonly untested: readonly string[]
  /** Named by a test, and on no list. */
  readonly unlisted: readonly string[]
  /** Missing from the count of their family, or listed twice. */
  readonly outOfCount: readonly string[]
}

export function partings(rules: readonly Rule[], tested: ReadonlyMap<string, string>): Parting {
  const listed = new Set(rules.map(({ id }) => id))
  return {
    untested: rules.filter(({ id, later }) => !later && !tested.has(id)).map(({ id }) => id),
    unlisted: [...tested].filter(([id]) => !listed.has(id)).map(([id, file]) => `${id} in ${file}`),
    outOfCount: rules.filter((rule, index) => rule.id !== expected(rules, index)).map(({ id }) => id),
  }
}

/** Rules count up within their family, so that none is dropped without a trace. */
function expected(rules: readonly Rule[], index: number): string {
  const family = rules[index]?.id.charAt(0) ?? ''
  const before = rules.slice(0, index).filter(({ id }) => id.startsWith(family))
  return `${family}${before.length + 1}`
}
