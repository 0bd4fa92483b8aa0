/** What left the engine's process: answers to callers, and writes that it sent to the vendor. */
import type { Heard } from '../depot/questions.ts'
import type { SystemCall } from './system-calls.ts'

export type Word =
  | { readonly word: 'started'; readonly run: string }
  | { readonly word: 'ended'; readonly run: string }
  | { readonly word: 'asked'; readonly approval: string }
  | { readonly word: 'granted'; readonly approval: string }
  | { readonly word: 'sent'; readonly key: string; readonly attempt: number }

/** Node's channel to the process that forked it. */
const channel = 3
const sending = /POST \/writes[\s\S]*?idempotency-key: (\S+)[\s\S]*?x-attempt: (\d+)/g

export class WordReader {
  /** A line may come in pieces. */
  #rest = ''

  read({ to, bytes }: SystemCall & { call: 'say' }): Word[] {
    const text = bytes.toString()
    if (to !== channel) {
      return [...text.matchAll(sending)].map(([, key = '', attempt]) => ({
        word: 'sent',
        key,
        attempt: Number(attempt),
      }))
    }
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => wordsOf(JSON.parse(line)))
  }
}

function wordsOf(heard: Heard): Word[] {
  if (heard.said !== 'answer') return []
  const { answer } = heard
  if ('approval' in answer) return [{ word: 'granted', approval: answer.approval }]
  if (!('status' in answer)) return [{ word: 'started', run: answer.run }]
  if (answer.status !== 'waiting') return [{ word: 'ended', run: answer.run }]
  return answer.approvals.map((approval) => ({ word: 'asked', approval }))
}
