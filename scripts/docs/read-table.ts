/** The rows of a page's tables, cell by cell; every table whose head begins with the word. */
export function rowsOf(text: string, firstHead: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let isIn = false
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|') ? cellsOf(line) : undefined
    if (cells === undefined) isIn = false
    else if (cells[0] === firstHead) isIn = true
    else if (isIn && !/^-+$/.test(cells[0] ?? '')) rows.push(cells)
  }
  return rows
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
