/** Colours, where a person sees them: only on a terminal, and never against `NO_COLOR`, `TERM=dumb` or `--no-color`. */
import { styleText } from 'node:util'
import type { Screen, Terminal } from './terminal.ts'

export interface Paint {
  strong(text: string): string
  faint(text: string): string
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
}

const plain = (text: string) => text
const plainPaint: Paint = { strong: plain, faint: plain, good: plain, bad: plain, warn: plain }

const styled = (style: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(style, text, { validateStream: false })

const colourPaint: Paint = {
  strong: styled('bold'),
  faint: styled('dim'),
  good: styled('green'),
  bad: styled('red'),
  warn: styled('yellow'),
}

export function paintFor(screen: Screen, env: Terminal['env'], wanted: boolean): Paint {
  const refused = !wanted || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return screen.isTTY && !refused ? colourPaint : plainPaint
}

/** How a status, a decision or the like is to be seen. */
export function paintWord(paint: Paint, word: string): string {
  if (['done', 'allow', 'granted', 'committed', 'narrows', 'quiet', 'ok'].includes(word)) return paint.good(word)
  if (['denied', 'deny', 'failed', 'unknown', 'stopped', 'invalid', 'error'].includes(word)) return paint.bad(word)
  if (['ask', 'waiting', 'handed_off', 'requested', 'widens', 'warning', 'expired'].includes(word))
    return paint.warn(word)
  return word
}
