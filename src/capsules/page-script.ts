/** The script of an evidence page: says on the page what came of its checks, and holds the words on it against the data. */
import { byteFunctions, canonical } from './page-bytes.ts'
import { checkFunctions, checkPageData, type PageCheck, type Said } from './page-check.ts'

/** What of a page's elements the script uses. */
interface Shown {
  textContent: string | null
  className: string
  append(child: Shown): void
}

interface PageDocument {
  getElementById(id: string): Shown | null
  querySelectorAll(selector: string): ArrayLike<Shown> & Iterable<Shown>
  createElement(name: string): Shown
}

/** Says on the page what came of the checks; the words that people read are held against the data as well. */
async function showChecks(page: PageDocument): Promise<boolean> {
  const text = page.getElementById('evidence')?.textContent ?? ''
  const line = page.getElementById('verdict')
  if (!(await canCheck())) {
    if (line)
      line.textContent = 'NOTHING on this page was checked: this browser cannot, here. Open the file with another one.'
    return false
  }
  const checks = [...(await checkPageData(text)), checkWords(page, text)]
  const list = page.getElementById('checks')
  for (const { what, holds, said } of checks) {
    const item = page.createElement('li')
    item.className = holds ? 'holds' : 'fails'
    item.textContent = `${holds ? 'Holds' : 'DOES NOT HOLD'}: ${what} (${said})`
    list?.append(item)
  }
  const holds = checks.every((check) => check.holds)
  if (line) {
    line.className = holds ? 'holds' : 'fails'
    line.textContent = holds ? 'The data of this page holds.' : 'The data of this page DOES NOT HOLD.'
  }
  return holds
}

/** Older browsers do not know Ed25519, and none gives its cryptography to a page that came over plain HTTP. */
async function canCheck(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])
    return true
  } catch {
    return false
  }
}

function checkWords(page: PageDocument, text: string): PageCheck {
  const what = 'The words on this page are those that were signed'
  try {
    const { sections } = JSON.parse(text).evidence as Said
    const signed = sections.flatMap(({ title, rows }) => [title, ...rows.flat()])
    const shown = Array.from(page.querySelectorAll('main h2, main dt, main dd'), (element) => element.textContent ?? '')
    const whole = Array.from(page.querySelectorAll('main'), (element) => element.textContent ?? '').join('')
    const holds = canonical(shown) === canonical(signed) && whole === signed.join('')
    return { what, holds, said: holds ? `${signed.length} texts` : 'they were changed' }
  } catch {
    return { what, holds: false, said: 'the data cannot be read' }
  }
}

/** As text, with everything that it calls. */
export function pageScript(): string {
  const functions = [...byteFunctions, ...checkFunctions, showChecks, canCheck, checkWords]
  return `${functions.map(String).join('\n')}\nshowChecks(document)`
}
