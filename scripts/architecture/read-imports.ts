/**
 * What a TypeScript file imports, read from its text. It leans on the formatter: a static import begins its line. What
 * looks like an import in a comment or a string counts as one, which errs on the safe side.
 */
export interface Import {
  /** As written: `../errors.ts`, `node:crypto`, `zod`; absent where an `import()` computes it. */
  readonly target?: string
  /** Gone at run time: `import type`, `export type`. (`import { type A }` loads the file, so it is a value.) */
  readonly typesOnly: boolean
  /** The names as the other file exports them; empty for a whole namespace, a side effect or an `import()`. */
  readonly names: readonly string[]
}

const fromClause = /^(?:import|export)\s+(type\s)?([\w$\s{},*]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm
const sideEffect = /^\s*import\s*['"]([^'"]+)['"]/gm
const dynamic = /\b(?:import|require)\s*\(\s*(?:\/\*[^*]*\*\/\s*)?(?:['"`]([^'"`$]+)['"`]\s*[,)])?/g

export function readImports(text: string): readonly Import[] {
  const found: Import[] = []
  for (const [, type, names = '', target = ''] of text.matchAll(fromClause)) {
    found.push({ target, typesOnly: type !== undefined, names: namesIn(names) })
  }
  for (const [, target = ''] of text.matchAll(sideEffect)) found.push({ target, typesOnly: false, names: [] })
  for (const [, target] of text.matchAll(dynamic)) {
    found.push({ ...(target === undefined ? {} : { target }), typesOnly: false, names: [] })
  }
  return found
}

function namesIn(clause: string): readonly string[] {
  const [, braces] = /\{([^}]*)\}/.exec(clause) ?? []
  const names = (braces ?? '').split(',').map(
    (name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)[0] ?? '',
  )
  return names.filter((name) => name !== '')
}

/** The text without the comments that stand on lines of their own, for what looks at code and not at prose. */
export const withoutComments = (text: string): string =>
  text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/.*$/gm, '$1')
