/** The Markdown pages of the repository, and the parts of one that can be wrong: its links, headings and code. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

export interface Page {
  /** From the root of the repository. */
  readonly file: string
  readonly text: string
}

const left = new Set(['node_modules', 'dist', '.charter', '.git'])

export function allPages(): readonly Page[] {
  const files = globSync('**/*.md', { cwd: root, exclude: (name) => left.has(path.basename(name)) })
  return files.toSorted().map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
}

export interface CodeBlock {
  readonly language: string
  /** Counted from 1, of the first line of the code. */
  readonly line: number
  readonly lines: readonly string[]
}

export function codeBlocks({ text }: Page): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { language: string; line: number; lines: string[]; fence: string } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence, language = ''] = /^\s*(```+|~~~+)\s*(\w*)/.exec(line) ?? []
    if (open && fence?.startsWith(open.fence)) {
      blocks.push(open)
      open = undefined
    } else if (open) open.lines.push(line)
    else if (fence !== undefined) open = { language, line: index + 2, lines: [], fence }
  }
  return blocks
}

/** What is left when code blocks are taken out; lines keep their numbers. */
function prose(page: Page): string {
  const lines = page.text.split('\n')
  // The fences too: they would be taken for code in the text.
  for (const { line, lines: code } of codeBlocks(page)) lines.fill('', line - 2, line + code.length)
  return lines.join('\n')
}

export interface Said {
  readonly line: number
  readonly text: string
}

/** Between single backticks; a line break inside counts as a space. */
export const inlineCode = (page: Page): readonly Said[] => found(prose(page), /(?<!`)`([^`]+)`(?!`)/g)

/** The targets of links and images. */
export const linksOf = (page: Page): readonly Said[] => found(withoutInlineCode(prose(page)), /\]\(([^()\s]+)\)/g)

const withoutInlineCode = (text: string): string => text.replace(/`[^`]*`/g, (code) => code.replace(/[^\n]/g, ' '))

function found(text: string, pattern: RegExp): readonly Said[] {
  return [...text.matchAll(pattern)].map(({ 1: said = '', index }) => ({
    line: text.slice(0, index).split('\n').length,
    text: said.replace(/\s+/g, ' '),
  }))
}

/** The names that a link may end in, as GitHub makes them of headings. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = [...prose(page).matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = '']) => {
    const anchor = slug(heading)
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
  return new Set(anchors)
}

const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
