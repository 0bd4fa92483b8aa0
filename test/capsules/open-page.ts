/** Runs the script of an evidence page as a browser does, with Node's WebCrypto and as much of a document as it uses. */
import { createContext, runInContext } from 'node:vm'

export interface OpenedPage {
  /** What stands in the page's line for it. */
  readonly verdict: string
  readonly holds: boolean
  readonly checks: readonly string[]
  /** Hosts that its script tried to reach. */
  readonly asked: number
}

interface Element {
  textContent: string
  className: string
  append(child: Element): void
}

export async function openPage(html: string, cryptography: object = crypto): Promise<OpenedPage> {
  const list: Element[] = []
  const verdict = element()
  const [, words = ''] = /<main>([\s\S]*?)<\/main>/.exec(html) ?? []
  const [, data = ''] = /<script type="application\/json" id="evidence">([\s\S]*?)<\/script>/.exec(html) ?? []
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(html) ?? []
  const byId: Record<string, Element> = {
    verdict,
    checks: { ...element(), append: (child) => void list.push(child) },
    evidence: element(data),
  }
  let asked = 0
  const network = () => {
    asked += 1
    throw new Error('there is no network')
  }
  const document = {
    getElementById: (id: string) => byId[id] ?? null,
    querySelectorAll: (selector: string) => (selector === 'main' ? [element(textIn(words))] : wordsIn(words)),
    createElement: () => element(),
  }
  const context = createContext({
    document,
    crypto: cryptography,
    TextEncoder,
    atob,
    fetch: network,
    XMLHttpRequest: network,
  })
  await runInContext(script, context)
  const checks = list.map(({ textContent }) => textContent)
  return { verdict: verdict.textContent, holds: verdict.className === 'holds', checks, asked }
}

const element = (text = ''): Element => ({ textContent: text, className: '', append: () => {} })

const wordsIn = (html: string): Element[] =>
  [...html.matchAll(/<(h2|dt|dd)>([\s\S]*?)<\/\1>/g)].map(([, , inner = '']) => element(textIn(inner)))

const plain: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const textIn = (html: string): string =>
  html.replaceAll(/<[^>]*>/g, '').replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => plain[name] ?? '')
