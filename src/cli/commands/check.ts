import { checkCharter } from '../../charter/check.ts'
import type { Problem } from '../../charter/problem.ts'
import { renderProblem } from '../../charter/render-problem.ts'
import { errorCodes } from '../../errors.ts'
import { counted } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { configOption } from '../load-config.ts'
import { type LookedAt, lookAtPages } from '../pages.ts'
import { some } from '../parameter.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const check = verb({
  name: 'check',
  about: 'What is wrong with a page, and what will not work as it looks.',
  help: 'With the tools of a configuration the rules on their arguments are checked too; without them it says what it skipped.\nExits with 3 when a page has an error.',
  args: { files: some('pages; those of the configuration unless named') },
  options: { config: configOption },
  examples: ['check', 'check billing.charter.yaml', 'check --config ops/charter.config.ts --json'],
  run: async (call, { files, config }) => {
    const checked = (await lookAtPages(call.terminal, files, config)).map(checkPage)
    call.answer(asJson(checked.map(documentOf)), () => checked.flatMap((page) => sayPage(call, page)))
    return checked.every(({ ok }) => ok) ? 0 : errorCodes.charter_invalid.exit
  },
})

interface Checked extends LookedAt {
  readonly ok: boolean
}

function checkPage(looked: LookedAt): Checked {
  const found = looked.page ? checkCharter(looked.page, looked.tools) : []
  const problems = [
    ...looked.problems,
    ...found.filter((problem) => !looked.problems.some((known) => isSame(known, problem))),
  ]
  return { ...looked, problems, ok: !problems.some(({ level }) => level === 'error') }
}

const isSame = (a: Problem, b: Problem): boolean => a.code === b.code && a.path === b.path && a.message === b.message

const documentOf = ({ file, page, problems, tools, ok }: Checked) => ({
  file,
  agent: page?.agent.name ?? null,
  hash: page?.hash ?? null,
  ok,
  tools: tools ? 'checked' : 'skipped',
  problems: problems.map(({ level, code, message, hint, place, path }) => ({
    level,
    code,
    message,
    hint: hint ?? null,
    path,
    ...place,
  })),
})

function sayPage({ paint }: Call, { file, text, problems, ok }: Checked): string[] {
  const count = (level: Problem['level']) => problems.filter((problem) => problem.level === level).length
  const found = [sayCount(count('error'), 'error'), sayCount(count('warning'), 'warning')].filter((said) => said !== '')
  const verdict = ok ? paint.good('ok') : paint.bad('not usable')
  return [
    ...problems.map((problem) => renderProblem(problem, problem.place.file === file ? text : undefined)),
    [`${file}: ${verdict}`, ...found].join(', '),
  ]
}

const sayCount = (count: number, word: string): string => (count === 0 ? '' : counted(count, word))
