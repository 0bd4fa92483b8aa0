import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type CompiledCharter, compileCharter } from '../../charter/compile.ts'
import { type ReadCase, readCases } from '../../charter/read-cases.ts'
import { CharterError, errorCodes, isCharterError, type Place } from '../../errors.ts'
import { createEvaluator, type Evaluator } from '../../policy/evaluate.ts'
import type { Decision } from '../../runs/judge.ts'
import { differences, judgeCase } from '../../runs/judge-case.ts'
import type { Call } from '../call.ts'
import { configOption, requireConfig } from '../load-config.ts'
import { type LookedAt, pickPage } from '../pages.ts'
import { type Paint, paintWord } from '../paint.ts'
import { perhaps, text } from '../parameter.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const policyTest = verb({
  name: 'policy test',
  about: 'Whether a page says what its cases expect: each is judged as a run would be, and nothing is called.',
  help: 'The cases of `billing.charter.yaml` stand beside it in `billing.cases.yaml`, or `.json`.\nExits with 7 when one is judged otherwise than it expects.',
  args: { page: perhaps('a page or the name of an agent; every agent that has cases unless named') },
  options: {
    cases: text('--cases <file>', 'the cases, where they do not stand beside the page'),
    config: configOption,
  },
  examples: ['policy test', 'policy test billing-resolution --json', 'policy test --cases cases/refunds.yaml'],
  run: async (call, given) => {
    const tested: TestedPage[] = []
    for (const { looked, file } of await findCases(call, given)) tested.push(await testPage(call, looked, file))
    const ok = tested.every((page) => page.cases.every((each) => each.ok))
    call.answer(asJson({ ok, pages: tested }), () => tested.flatMap((page) => sayPage(call, page)))
    return ok ? 0 : errorCodes.cases_failed.exit
  },
})

interface Wanted {
  readonly page: string | undefined
  readonly cases: string | undefined
  readonly config: string | undefined
}

interface PageWithCases {
  readonly looked: Awaited<ReturnType<typeof pickPage>>
  /** Of the cases, as it is shown. */
  readonly file: string
}

async function findCases({ terminal }: Call, { page, cases, config }: Wanted): Promise<readonly PageWithCases[]> {
  if (page !== undefined || cases !== undefined) {
    const looked = await pickPage(terminal, page, config)
    return [{ looked, file: cases ?? casesBeside(terminal.cwd, looked.file) ?? refuseMissing(looked) }]
  }
  const { config: loaded } = await requireConfig(terminal, config)
  const pages = await Promise.all(loaded.agents.map(({ name }) => pickPage(terminal, name, config)))
  const found = pages.flatMap((looked) => {
    const file = casesBeside(terminal.cwd, looked.file)
    return file === undefined ? [] : [{ looked, file }]
  })
  return found.length > 0 || !pages[0] ? found : refuseMissing(pages[0])
}

const endings = ['.cases.yaml', '.cases.yml', '.cases.json']
const stemOf = (page: string): string => page.replace(/(\.charter)?\.ya?ml$/, '')

const casesBeside = (cwd: string, page: string): string | undefined =>
  endings.map((ending) => stemOf(page) + ending).find((file) => existsSync(path.resolve(cwd, file)))

function refuseMissing({ file }: LookedAt): never {
  throw new CharterError('cases_invalid', `no cases stand beside \`${file}\``, {
    param: '--cases',
    hint: `write \`${stemOf(file)}.cases.yaml\``,
  })
}

interface TestedPage {
  readonly agent: string
  readonly page: string
  readonly charter: string
  readonly file: string
  readonly cases: readonly TestedCase[]
}

interface TestedCase {
  readonly name: string
  readonly ok: boolean
  readonly place: Place
  readonly tool: string
  readonly found: Decision
  /** What is otherwise than expected, in words. */
  readonly differs: readonly string[]
}

async function testPage(call: Call, looked: PageWithCases['looked'], file: string): Promise<TestedPage> {
  const { page, tools } = looked
  if (!tools) {
    throw new CharterError('config_invalid', `no agent of a configuration has the page \`${looked.file}\``, {
      param: 'page',
      hint: 'cases are judged with the tools: name them in `charter.config.ts`',
    })
  }
  const cases = readCases(file, readText(call, file))
  const compiled = compileCharter(page, tools)
  const evaluator = createEvaluator()
  const tested: TestedCase[] = []
  for (const each of cases) tested.push(await testCase(evaluator, compiled, each))
  return { agent: page.agent.name, page: looked.file, charter: page.hash, file, cases: tested }
}

async function testCase(
  evaluator: Evaluator,
  compiled: CompiledCharter,
  { said, placeOf }: ReadCase,
): Promise<TestedCase> {
  try {
    const found = await judgeCase(evaluator, compiled, said)
    const differs = differences(said.expect, found)
    return { name: said.name, ok: differs.length === 0, place: placeOf('expect'), tool: said.tool, found, differs }
  } catch (error) {
    if (!isCharterError(error) || error.code !== 'cases_invalid') throw error
    const { message, hint, param } = error
    throw new CharterError('cases_invalid', message, { hint, param, place: placeOf(param) })
  }
}

function readText({ terminal }: Call, file: string): string {
  try {
    return readFileSync(path.resolve(terminal.cwd, file), 'utf8')
  } catch (cause) {
    throw new CharterError('cases_invalid', `no cases can be read at \`${file}\``, { param: '--cases', cause })
  }
}

function sayPage({ paint }: Call, { file, cases }: TestedPage): string[] {
  const good = cases.filter(({ ok }) => ok).length
  const counted = `${good} of ${cases.length} as expected`
  return [
    ...cases.flatMap((each) => [
      `${each.ok ? paint.good('ok   ') : paint.bad('wrong')}  ${each.name}`,
      ...(each.ok ? [] : sayWrong(paint, each)),
    ]),
    `${file}: ${good === cases.length ? paint.good(counted) : paint.bad(counted)}`,
  ]
}

const sayWrong = (paint: Paint, { place, differs, tool, found }: TestedCase): string[] => [
  `       ${place.file}:${place.line}: ${differs.join('; ')}`,
  `       ${tool} → ${paintWord(paint, found.decision)}${sayFound(found)}`,
]

function sayFound({ asks, code, rules, detail }: Decision): string {
  const asked = asks.map(({ from, count }) => `${count} of ${from}`).join(' and ')
  const by = rules.length > 0 ? `by ${rules.join(', ')}` : ''
  const why = detail === undefined ? '' : `(${detail})`
  return [asked, code ?? '', by, why].map((part) => (part === '' ? '' : ` ${part}`)).join('')
}
