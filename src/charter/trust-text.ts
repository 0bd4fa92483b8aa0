/** The page for a security review as plain text, a table as its rows in sentences, and as one file of HTML. */
import { visible } from './problem.ts'
import type { TrustPage, TrustSection } from './trust.ts'

export const trustText = ({ title, about, sections }: TrustPage): string =>
  [[title, ...about], ...sections.map(sectionLines)].map((lines) => lines.map(visible).join('\n')).join('\n\n')

function sectionLines({ heading, text, table }: TrustSection): string[] {
  const rows = table?.rows.flatMap(([first = '', ...rest]) => [
    `  ${first}`,
    ...rest.map((cell, column) => `    ${(table.head[column + 1] ?? '').toLowerCase()}: ${cell}`),
  ])
  return [heading, ...text.map((line) => `  ${line}`), ...(rows ?? [])]
}

/** Self-contained: no script, no font and no address is loaded. It prints on white, and follows a dark screen. */
export function trustHtml({ title, about, sections }: TrustPage): string {
  const body = [
    `<h1>${escaped(title)}</h1>`,
    ...about.map((line) => `<p>${escaped(line)}</p>`),
    ...sections.map(sectionHtml),
  ]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...body,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function sectionHtml({ heading, text, table }: TrustSection): string {
  const id = heading.toLowerCase().replaceAll(/[^a-z]+/g, '-')
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${escaped(heading)}</h2>`,
    ...text.map((line) => `<p>${escaped(line)}</p>`),
    ...(table ? [tableHtml(heading, table)] : []),
    '</section>',
  ].join('\n')
}

/** Wide tables scroll by themselves, by keyboard too. */
function tableHtml(heading: string, { head, rows }: NonNullable<TrustSection['table']>): string {
  const columns = head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')
  const lines = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${escaped(cell)}</td>`).join('')
    return `<tr><th scope="row">${escaped(first)}</th>${cells}</tr>`
  })
  return [
    `<div class="wide" role="region" aria-label="${escaped(heading)}" tabindex="0">`,
    `<table><caption>${escaped(heading)}</caption><thead><tr>${columns}</tr></thead>`,
    `<tbody>${lines.join('\n')}</tbody></table></div>`,
  ].join('\n')
}

const escaped = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1a1a1a; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 3px solid #0b57d0; }
table { border-collapse: collapse; width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border: 1px solid #767676; overflow-wrap: anywhere; }
thead th { background: #eee; } tbody th { font-weight: 600; }
@media (prefers-color-scheme: dark) {
  body { color: #f0f0f0; background: #161616; } thead th { background: #2c2c2c; } .wide:focus-visible { outline-color: #9cc2ff; }
}
@media print {
  body { color: #000; background: #fff; font-size: 10pt; } main { max-width: none; padding: 0; }
  .wide { overflow: visible; } tr { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; }
}
`
