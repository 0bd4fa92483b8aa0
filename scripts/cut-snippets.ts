/**
 * Fills the code of pages from files that are tested. Above a block stands where it comes from, as a comment:
 *
 *   <!-- snippet: examples/refunds/tools.ts#refund -->     the part between `#region refund` and `#endregion`
 *   <!-- snippet: examples/refunds/charter.config.ts -->   the whole file
 *
 *   node scripts/cut-snippets.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { allPages, root } from './docs/pages.ts'

/** The page with every snippet as its file has it now. Throws for a file or a region that there is not. */
export function withSnippets(text: string, read: (file: string) => string = readSource): string {
  return text.replace(marked, (_, comment: string, source: string, fence: string) => {
    const [file = '', region] = source.split('#')
    const cut = region === undefined ? withoutMarks(read(file)) : cutRegion(read(file), region, file)
    return `${comment}\n${fence}\n${asInstalled(cut).trimEnd()}\n\`\`\``
  })
}

const marked = /(<!-- snippet: (\S+) -->)\n(```\w+)\n[\s\S]*?\n?```(?=\n|$)/g
const mark = /^\s*(?:\/\/|#|--) ?#(?:end)?region\b.*$/

function readSource(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

function cutRegion(text: string, region: string, file: string): string {
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => mark.test(line) && line.trimEnd().endsWith(`#region ${region}`))
  if (begin === -1) throw new Error(`\`${file}\` has no region \`${region}\``)
  let depth = 1
  const length = lines.slice(begin + 1).findIndex((line) => {
    if (mark.test(line)) depth += line.includes('#endregion') ? -1 : 1
    return depth === 0
  })
  if (length === -1) throw new Error(`region \`${region}\` of \`${file}\` has no end`)
  return withoutIndent(withoutMarks(lines.slice(begin + 1, begin + 1 + length).join('\n')))
}

const withoutMarks = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !mark.test(line))
    .join('\n')

function withoutIndent(text: string): string {
  const indents = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [/^ */.exec(line)?.[0].length ?? 0]))
  const least = Math.min(...indents)
  return text.replace(new RegExp(`^ {${least}}`, 'gm'), '')
}

/** In the repository the package is imported by where it stands, elsewhere by its name. */
const asInstalled = (text: string): string =>
  text
    .replace(/'(?:\.\.\/)+src\/index\.ts'/g, "'charter'")
    .replace(/'(?:\.\.\/)+src\/testing\.ts'/g, "'charter/testing'")

if (import.meta.main) {
  for (const { file, text } of allPages()) {
    const cut = withSnippets(text)
    if (cut === text) continue
    writeFileSync(path.join(root, file), cut)
    process.stdout.write(`${file}\n`)
  }
}
