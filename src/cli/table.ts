/** Rows for people, in columns as wide as what stands in them; the last column takes what it needs. */
import { stripVTControlCharacters } from 'node:util'

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** `name: value` lines, the values under one another; a name without a value is left out. */
export function card(fields: readonly (readonly [string, string | undefined])[]): string[] {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined && field[1] !== '')
  const widest = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${pad(name, widest)}  ${value}`)
}

const width = (text: string) => stripVTControlCharacters(text).length
const pad = (text: string, to: number) => text + ' '.repeat(Math.max(0, to - width(text)))
