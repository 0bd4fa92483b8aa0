/** A page as it was applied: the stream in which it stands, and the text and files that it is read from again. */
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'

export interface PageText {
  /** As it is shown in messages: a path. */
  readonly file: string
  readonly text: string
  /** Text of the files that it names, by the path by which it names them. */
  readonly files: Readonly<Record<string, string>>
}

export const charterStream = (environment: string, agent: string): string => `charter/${environment}:${agent}`

/** Throws `charter_invalid` for a text that this Charter cannot read any more. */
export const readAppliedPage = ({ file, text, files }: PageText): Page =>
  loadCharter({ file, text, readFile: (relative) => files[relative] }).page
