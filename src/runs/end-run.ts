/** The model has nothing more to do: the run is done, or it is denied when all it wanted to change was refused. */
import type { Json } from '../json.ts'
import { type Moving, seal } from './moving.ts'

export async function endRun(moving: Moving): Promise<void> {
  const { journal, payloads } = moving
  const { run } = journal
  const last = run.said.findLast((said) => said.by === 'model')
  const answer = last?.by === 'model' ? await payloads.open(last.answer) : null
  const { committed, refused } = run.writes
  const isDenied = refused > 0 && committed === 0
  journal.draft({
    type: 'run.ended',
    body: {
      status: isDenied ? 'denied' : 'done',
      ...(isDenied && run.trouble !== undefined && { code: run.trouble }),
      output: seal(moving, 'result', textOf(answer)),
    },
  })
}

function textOf(answer: Json): Json {
  const isObject = answer !== null && typeof answer === 'object' && !Array.isArray(answer)
  return isObject && 'text' in answer ? (answer.text ?? '') : ''
}
