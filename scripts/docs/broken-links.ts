/** Links of a page that lead nowhere: to a file that is not there, or to a heading that its page does not have. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { anchorsOf, linksOf, type Page, root } from './pages.ts'

/** Links to other sites are not looked at. */
export function brokenLinks(page: Page, pages: readonly Page[]): readonly string[] {
  return linksOf(page)
    .filter(({ text }) => !/^[a-z][a-z+.-]*:/i.test(text))
    .flatMap(({ line, text }) => {
      const why = whyBroken(page, text, pages)
      return why === undefined ? [] : [`${page.file}:${line}: \`${text}\` ${why}`]
    })
}

function whyBroken(page: Page, link: string, pages: readonly Page[]): string | undefined {
  const [target = '', anchor] = link.split('#')
  if (path.isAbsolute(target)) return 'is not relative'
  const file = target === '' ? page.file : path.normalize(path.join(path.dirname(page.file), decodeURI(target)))
  if (file.startsWith('..')) return 'leads out of the repository'
  const known = pages.find((each) => each.file === file)
  if (!known && !existsSync(path.join(root, file))) return 'leads to no file'
  if (anchor === undefined) return undefined
  return known && anchorsOf(known).has(anchor) ? undefined : 'leads to no heading'
}
