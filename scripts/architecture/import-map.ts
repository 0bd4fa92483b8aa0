/** Who may import whom: reads the rows of the map and says which files of `src/` break it. */
import path from 'node:path'
import { type Import, readImports, withoutComments } from './read-imports.ts'
import type { SourceFiles } from './source-files.ts'

export type Kind = 'root' | 'judgement' | 'port' | 'command' | 'engine' | 'learning' | 'entry' | 'door' | 'public'

/** One row. A word that names a kind stands for all its folders; `anything` for all folders but doors. */
export interface Row {
  /** Folders of `src/`, or files at its root. */
  readonly folders: readonly string[]
  readonly kind: Kind
  readonly imports: readonly string[]
  /** Files of which types alone may be imported, and by which files; gone at run time. */
  readonly types?: { readonly of: readonly string[]; readonly into: RegExp; readonly said: string }
}

/** What may reach a judgement folder from outside the project: nothing that sees the world. */
export interface Purity {
  readonly builtins: Readonly<Record<string, readonly string[]>>
  readonly packages: ReadonlySet<string>
  readonly forbidden: RegExp
  /** Root files that hold the real clock and the real randomness: a judgement names their types alone. */
  readonly typesOnlyFrom: ReadonlySet<string>
}

export function importViolations(files: SourceFiles, rows: readonly Row[], purity: Purity): readonly string[] {
  return [...files].flatMap(([file, text]) => {
    const row = rowOf(rows, folderOf(file))
    if (!row) return [`${file}: \`${folderOf(file)}\` is not in the import map`]
    const imports = readImports(text)
    const broken = imports.flatMap((imported) => breach(file, row, imported, rows) ?? [])
    const impure = row.kind === 'judgement' ? impurities(text, imports, purity) : []
    return [...broken, ...impure].map((said) => `${file}: ${said}`)
  })
}

function breach(file: string, row: Row, { target, typesOnly }: Import, rows: readonly Row[]): string | undefined {
  if (target === undefined) {
    return row.kind === 'door' || row.kind === 'port' ? undefined : 'a computed import() escapes the import map'
  }
  if (!target.startsWith('.')) return undefined
  const to = path.posix.join(path.posix.dirname(file), target)
  if (to.startsWith('..')) return `may not import \`${target}\`, which is outside src/`
  if (mayImport(row, folderOf(file), to, rows)) return undefined
  if (typesOnly && row.types?.of.includes(to) && row.types.into.test(file)) return undefined
  return `\`${folderOf(file)}\` may not import \`${to}\``
}

function mayImport(row: Row, from: string, to: string, rows: readonly Row[]): boolean {
  const there = rowOf(rows, folderOf(to))
  if (folderOf(to) === from || there?.kind === 'root') return true
  if (row.imports.includes(to) || row.imports.includes(folderOf(to))) return true
  if (there === undefined || there.kind === 'door' || there.kind === 'public') return false
  return row.imports.includes(there.kind) || (row.imports.includes('anything') && there.kind !== 'entry')
}

function impurities(text: string, imports: readonly Import[], purity: Purity): readonly string[] {
  const found = imports.flatMap((imported) => impureImport(imported, purity) ?? [])
  const [reached] = withoutComments(text).match(purity.forbidden) ?? []
  return reached === undefined ? found : [...found, `is a judgement and may not reach for \`${reached}\``]
}

function impureImport({ target = '', names, typesOnly }: Import, purity: Purity): string | undefined {
  if (typesOnly) return undefined
  if (target.startsWith('.')) {
    return purity.typesOnlyFrom.has(path.posix.basename(target)) && target.startsWith('../')
      ? `is a judgement and may import only types from \`${target}\``
      : undefined
  }
  const allowed = purity.builtins[target]
  const isAllowed = allowed
    ? names.length > 0 && names.every((name) => allowed.includes(name))
    : purity.packages.has(target)
  return isAllowed ? undefined : `is a judgement and may not import \`${[target, ...names].join(' ')}\``
}

const rowOf = (rows: readonly Row[], folder: string) => rows.find(({ folders }) => folders.includes(folder))

const folderOf = (file: string): string => file.split('/')[0] ?? ''

/** As the table of ARCHITECTURE.md says it. */
export function importTable(rows: readonly Row[]): string {
  const lines = rows.map(({ folders, kind, imports, types }) => {
    const named = folders.map((folder) => `\`${folder}\``).join(' ')
    const may = [...imports, ...(types ? [types.said] : [])].join(', ')
    return `| ${named} | ${kind} | ${may} |`
  })
  return [
    '| folder or file | kind | may import, besides itself and what is of kind root |',
    '|---|---|---|',
    ...lines,
  ].join('\n')
}
