import { compareCharters, type PageChange } from '../../charter/compare.ts'
import { type Paint, paintWord } from '../paint.ts'
import { one } from '../parameter.ts'
import { readPage } from '../read-page.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const diff = verb({
  name: 'diff',
  about: 'What changed between two pages, and whether each change widens or narrows what the agent may do.',
  args: { before: one('the page as it was', 'before.yaml'), after: one('the page as it is', 'after.yaml') },
  examples: ['diff billing.charter.yaml /tmp/proposal.yaml', 'diff old.yaml new.yaml --json'],
  run: async (call, { before, after }) => {
    const { cwd } = call.terminal
    const changes = compareCharters(readPage(cwd, before).page, readPage(cwd, after).page)
    call.answer(asJson(changes), () => sayChanges(changes, call.paint))
    return 0
  },
})

export function sayChanges(changes: readonly PageChange[], paint: Paint): string[] {
  if (changes.length === 0) return ['both pages say the same']
  const widest = Math.max(...changes.map(({ effect }) => effect.length))
  return changes.map(({ effect, sentence }) => {
    const gap = ' '.repeat(widest - effect.length)
    return `${paintWord(paint, effect)}${gap}  ${sentence}`
  })
}
