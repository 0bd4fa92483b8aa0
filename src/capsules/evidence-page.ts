/** Evidence as one page that needs nothing else: no network, no other file; it reads on paper, and without its script. */
import { hash } from 'node:crypto'
import { dataElement } from './evidence-format.ts'
import type { StorySection } from './evidence-story.ts'
import { pageScript } from './page-script.ts'

export interface PageParts {
  readonly effect: string
  readonly keyId: string
  readonly ledger: string
  readonly sections: readonly StorySection[]
}

/** With an empty place for its data. */
export function evidencePage({ effect, keyId, ledger, sections }: PageParts): string {
  const script = `\n${pageScript()}\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${sourceHash(style)}'; script-src '${sourceHash(script)}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence of ${escaped(effect)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Evidence of one write</h1>
<p id="verdict" role="status">This page has not checked itself: its script did not run.</p>
<ul id="checks" aria-label="What was checked"></ul>
</header>
<main>${sections.map(sectionHtml).join('')}</main>
<aside aria-label="What this page cannot know">
<p>The data in this page says that the key ${escaped(keyId)} of ledger ${escaped(ledger)} signed it. Whose key that is, the
page cannot know: compare the key with the one that you got from the ledger’s owner by another way.</p>
<p>A page cannot vouch for its own script: whoever changes the data can change the script that checks it. To be sure, check
this file with a program that did not come with it, against that key:</p>
<pre>charter ledger verify EVIDENCE_FILE --key ledger.pub</pre>
</aside>
${dataElement}
<script>${script}</script>
</body>
</html>
`
}

/** Without white space between elements: the words of the page are compared with those that were signed, to the letter. */
function sectionHtml({ title, rows }: StorySection): string {
  const list = rows.map(([label, text]) => `<div><dt>${escaped(label)}</dt><dd>${escaped(text)}</dd></div>`).join('')
  return `<section><h2>${escaped(title)}</h2><dl>${list}</dl></section>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '')

const sourceHash = (text: string): string => `sha256-${hash('sha256', text, 'base64')}`

const style = `
:root { color-scheme: light dark; --good: light-dark(#1a7f37, #4ac26b); --bad: light-dark(#b3261e, #ff8a80); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { font-size: 1.1rem; border-bottom: 1px solid; margin: 1.5rem 0 0.5rem; }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: 14rem 1fr; gap: 1rem; padding: 0.1rem 0; }
dt { font-weight: 600; }
dd { margin: 0; white-space: pre-wrap; }
ul { list-style: none; margin: 0; padding: 0; font-size: 0.9rem; }
pre { white-space: pre-wrap; }
.holds { border-left: 0.3rem solid var(--good); padding-left: 0.5rem; }
.fails { border-left: 0.6rem double var(--bad); padding-left: 0.5rem; font-weight: 700; }
aside { border-top: 1px solid; margin-top: 2rem; font-size: 0.9rem; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; gap: 0; padding: 0.2rem 0; } }
@media print { body { margin: 0; max-width: none; } section, aside, dl div { break-inside: avoid; } h2 { break-after: avoid; } }
`
