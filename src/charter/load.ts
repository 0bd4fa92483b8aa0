/** The text of a page to the Page, with everything that is wrong with it said at once. Reads no file by itself. */
import { nearest, type Place } from '../errors.ts'
import { hashPage } from './hash-page.ts'
import { defaults, pageKey, type WrittenPage } from './keys.ts'
import { at, fault, type Reading } from './kind.ts'
import { listKeys } from './list-keys.ts'
import type { Page, PromptVariable } from './page.ts'
import { inReadingOrder, type Problem, refuseErrors } from './problem.ts'
import { promptVariables } from './prompt-variables.ts'
import { readYaml, type YamlNode } from './read-yaml.ts'
import { type Origin, pageOf } from './written.ts'

export interface CharterText {
  /** As it is shown in messages: a path. */
  readonly file: string
  readonly text: string
  /** The text of a file that the page names, by its path relative to the page; nothing when there is none. */
  readFile(relativePath: string): string | undefined
}

/**
 * The page and what is worth saying of it, in reading order. Throws `charter_invalid` with the first error as its message
 * and all problems in `details.problems` when the text is no page.
 */
export function loadCharter(source: CharterText): { page: Page; problems: Problem[] } {
  const { root, problems: unreadable } = readYaml(source.file, source.text)
  refuseErrors(unreadable)
  const reading = newReading(source, root)
  const written = readPage(root, reading)
  const page = pageOf(written, originOf(written, source, root, reading))
  const problems = inReadingOrder(reading.problems.map(withWhereabouts))
  refuseErrors(problems)
  return { page: { ...page, hash: hashPage(page) }, problems }
}

function newReading(source: CharterText, root: YamlNode | undefined): Reading {
  const places: Record<string, Place> = Object.create(null)
  places[''] = root?.place ?? { file: source.file, line: 1, column: 1 }
  return { foreign: !isOurs(root), problems: [], places, notEnforced: [], readFile: source.readFile }
}

/** A misspelt `charter` is ours too, or one wrong letter would turn every other error of the page into a warning. */
function isOurs(root: YamlNode | undefined): boolean {
  return root?.node === 'map' && root.entries.some(({ key }) => nearest(key, ['charter']) !== undefined)
}

function readPage(root: YamlNode | undefined, reading: Reading): WrittenPage {
  const version = root?.node === 'map' ? root.entries.find(({ key }) => key === 'charter')?.value : undefined
  if (root?.node === 'map' && version !== undefined && isLaterVersion(version)) {
    return refuseVersion(version, reading)
  }
  const place = reading.places[''] ?? { file: '', line: 1, column: 1 }
  if (root !== undefined && root.node !== 'map') {
    fault(reading, { message: 'a page is a mapping that opens with `charter: 1`', place, path: '' })
    return {}
  }
  const written = root === undefined ? {} : (pageKey.kind.read(root, '', reading) ?? {})
  remarkMissing(written, root, reading)
  return written
}

const isLaterVersion = (node: YamlNode) => node.node === 'scalar' && typeof node.value === 'number' && node.value !== 1

/** What another version means by its keys is not known here, so nothing more is said of them. */
function refuseVersion(version: YamlNode, reading: Reading): WrittenPage {
  const source = version.node === 'scalar' ? version.source : ''
  const message = `this Charter reads pages of version 1, not of version \`${source}\``
  fault(reading, { code: 'unknown_version', message, place: version.place, path: 'charter' })
  return {}
}

function remarkMissing(written: WrittenPage, root: YamlNode | undefined, reading: Reading): void {
  if (root === undefined) return
  const { foreign, places } = reading
  const place = places.agent ?? places.charter ?? places[''] ?? root.place
  if (written.agent?.name === undefined && !reading.problems.some(({ path }) => path === 'agent.name')) {
    const message = foreign
      ? 'the page does not name its agent, so the file name serves'
      : 'the page does not name its agent: `agent.name` is missing'
    fault(reading, { level: foreign ? 'warning' : 'error', code: 'name_missing', message, place, path: 'agent.name' })
  }
  if (written.agent?.stage === undefined && !reading.problems.some(({ path }) => path === 'agent.stage')) {
    const stage = foreign ? defaults.foreignStage : defaults.stage
    const message = `the page names no stage, so it is \`${stage}\``
    fault(reading, { level: 'warning', code: 'stage_missing', message, place, path: 'agent.stage' })
  }
  for (const [name, tool] of Object.entries(written.tools ?? {})) {
    const path = at('tools', name)
    if (tool.allowed !== undefined || reading.problems.some((problem) => problem.path === at(path, 'allowed'))) continue
    const message = `\`${name}\` does not say \`allowed: true\`, so it is not allowed`
    fault(reading, { level: 'warning', code: 'allowed_missing', message, place: places[path] ?? place, path })
  }
}

function originOf(written: WrittenPage, source: CharterText, root: YamlNode | undefined, reading: Reading): Origin {
  return {
    foreign: reading.foreign,
    name: baseName(source.file),
    stage: reading.foreign && root !== undefined ? defaults.foreignStage : defaults.stage,
    variables: written.prompt === undefined ? [] : variablesOf(written.prompt, reading),
    notEnforced: reading.notEnforced,
    places: reading.places,
  }
}

/** `billing` of `agents/billing.charter.yaml`, with what no name may hold replaced. */
function baseName(file: string): string {
  const last = file.split(/[/\\]/).at(-1) ?? ''
  const stem = last.replace(/(\.charter)?\.[^.]*$/, '').replace(/[^A-Za-z0-9._-]/g, '-')
  return stem.replace(/^[._-]+/, '') || 'agent'
}

function variablesOf(prompt: { file: string; text: string }, reading: Reading): readonly PromptVariable[] {
  const found = promptVariables(prompt.text)
  if (found.ok) return found.variables
  fault(reading, {
    code: 'prompt_invalid',
    message: `\`${prompt.file}\` line ${found.line}: ${found.message}`,
    place: reading.places.prompt ?? { file: prompt.file, line: found.line, column: 1 },
    path: 'prompt',
  })
  return []
}

/** An unknown key that is known elsewhere on the page: say where. */
function withWhereabouts(problem: Problem): Problem {
  if (problem.code !== 'unknown_key' || problem.message.includes('did you mean')) return problem
  const name = problem.path.split('.').at(-1) ?? ''
  const found = listKeys().find(({ path, aliases }) => path.endsWith(`.${name}`) || aliases.includes(name))
  const parent = found?.path.split('.').slice(0, -1).join('.').replaceAll('*', 'NAME')
  return parent === undefined || parent === ''
    ? problem
    : { ...problem, hint: `\`${name}\` stands under \`${parent}\`` }
}
