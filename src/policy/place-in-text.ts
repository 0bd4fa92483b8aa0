import type { Place } from '../errors.ts'

/** Cedar counts bytes; people count lines and characters, from 1. */
export function placeInText(file: string, text: string, byteOffset: number): Place {
  const before = Buffer.from(text).subarray(0, byteOffset).toString()
  const lines = before.split('\n')
  return { file, line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}

export const byteLength = (text: string): number => Buffer.byteLength(text)
