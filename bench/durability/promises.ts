/** Which event each word rests on: nobody may hear the word before that event is on the disk. */
import type { LedgerEvent } from '../../src/ledger/event.ts'
import type { Word } from './words.ts'

const isFirst = (stream: string, type: string) => `${stream} ${type}`

const promised: readonly string[] = ['run.started', 'run.ended', 'approval.requested', 'approval.granted']

/** The hash of the event that a word rests on, by what the word says. */
export function promisesIn(events: readonly LedgerEvent[]): (word: Word) => string | undefined {
  const hashes = new Map<string, string>()
  for (const { stream, type, body, hash } of events) {
    if (promised.includes(type)) hashes.set(isFirst(stream, type), hash)
    if (type === 'effect.dispatched') hashes.set(`${body.key} ${body.attempt}`, hash)
  }
  return (word) => hashes.get(nameOf(word))
}

function nameOf(word: Word): string {
  switch (word.word) {
    case 'started':
      return isFirst(`run/${word.run}`, 'run.started')
    case 'ended':
      return isFirst(`run/${word.run}`, 'run.ended')
    case 'asked':
      return isFirst(`approval/${word.approval}`, 'approval.requested')
    case 'granted':
      return isFirst(`approval/${word.approval}`, 'approval.granted')
    case 'sent':
      return `${word.key} ${word.attempt}`
  }
}
