/**
 * What agents proposed and what tools did, written by themselves, beside the product and before anything becomes of it:
 * one file for each engine process, a line of JSON for each entry, there also after the process was killed.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** `at`: milliseconds since 1970. */
export type Entry =
  /** A write that the model asks for, by the words that the vendor would see. */
  | { readonly at: number; readonly proposed: string }
  /** The tool was called; its socket opens later. */
  | { readonly at: number; readonly begun: string; readonly attempt: number; readonly ticket: string }
  /** The next thing it does is open its socket. */
  | { readonly at: number; readonly sent: string; readonly attempt: number }
  | { readonly at: number; readonly ended: string; readonly attempt: number }

const extension = '.diary.jsonl'

export function openDiary(folder: string): (entry: Entry) => void {
  const file = path.join(folder, `${process.pid}${extension}`)
  return (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

/** Of all processes, each in its own order. */
export function readDiaries(folder: string): readonly Entry[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .flatMap((name) => linesIn(path.join(folder, name)))
}

/** A killed process may leave half a line. */
const linesIn = (file: string): readonly Entry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
