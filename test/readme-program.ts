/**
 * The program that README.md shows, cut out of it so that it cannot drift: every fenced block between two
 * `<!-- program -->` markers is a file. A block names its file after its language, as in "```yaml billing.charter.yaml";
 * without a name it is `program.ts`. The last TypeScript file is the one to run.
 */
import { existsSync, readFileSync } from 'node:fs'

export interface ReadmeProgram {
  readonly files: Readonly<Record<string, string>>
  readonly main: string
}

export function readmeProgram(readme: string): ReadmeProgram | undefined {
  if (!existsSync(readme)) return undefined
  const marked = /<!-- program -->\n([\s\S]*?)<!-- \/?program -->/g
  const parts = [...readFileSync(readme, 'utf8').matchAll(marked)].map(([, part = '']) => part)
  const blocks = [...parts.join('\n').matchAll(/^```\w+(?: (\S+))?\n([\s\S]*?)^```$/gm)]
  const files = Object.fromEntries(blocks.map(([, name = 'program.ts', text = '']) => [name, text]))
  const main = Object.keys(files).findLast((name) => name.endsWith('.ts'))
  return main === undefined ? undefined : { files, main }
}
