import type { Moving } from './moving.ts'

export function startedOf({ journal }: Pick<Moving, 'journal'>) {
  const { started } = journal.run
  if (!started) throw new Error('a run in hand has started')
  return started
}
