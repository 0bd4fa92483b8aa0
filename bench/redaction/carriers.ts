/**
 * Text that nobody here wrote: what the planted values stand in, and messages of real models with the addresses that their
 * own environment lists. Both are read from the public data beside the project.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CharterError } from '../../src/errors.ts'
import { isJsonObject, type Json } from '../../src/json.ts'

const folder = path.resolve(import.meta.dirname, '../../../shared/data')

/** Throws `config_invalid` where the data is not there. */
function read(name: string): Buffer {
  const file = path.join(folder, name)
  if (existsSync(file)) return readFileSync(file)
  throw new CharterError('config_invalid', `the public data is not there: \`${name}\``, {
    hint: 'it stands in ../shared/data, beside the project',
  })
}

/** Instructions of customers and messages of a red team; those that hold an address or a long number are left out. */
export function carriers(): readonly string[] {
  const tasks: Json = JSON.parse(read('tau-retail/tasks.json').toString('utf8'))
  const attacks: Json = JSON.parse(read('governance/agt.red-team-60.json').toString('utf8'))
  const instructions = Array.isArray(tasks) ? tasks.map((task) => (isJsonObject(task) ? task.instruction : null)) : []
  return [...instructions.flatMap(textsIn), ...textsIn(attacks)].filter(
    (text) => text.length > 60 && text.length < 2_000 && !/@|\d{6}|\[redacted/.test(text),
  )
}

export interface RealText {
  readonly text: string
  /** Addresses of the environment that stand in it. */
  readonly addresses: readonly string[]
}

/** Messages between a model, its tools and its users, in the workspace suite. */
export function realTexts(): readonly RealText[] {
  const environment: Json = JSON.parse(read('agentdojo/workspace.environment.json').toString('utf8'))
  const known = [...new Set(fieldsIn(environment))]
  const lines = gunzipSync(read('traces/agentdojo.gpt-4o-2024-05-13.full.jsonl.gz')).toString('utf8').split('\n')
  const texts = lines
    .filter((line) => line.includes('"workspace"'))
    .flatMap((line): readonly string[] => textsIn(JSON.parse(line)))
  return [...new Set(texts)]
    .filter((text) => text.length > 20)
    .map((text) => ({ text, addresses: known.filter((address) => text.includes(address)) }))
}

/** Values of fields that hold one address each, or a list of them: not what stands in bodies. */
function fieldsIn(value: Json): string[] {
  if (typeof value === 'string') return /^\S+@\S+$/.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((part: Json) => fieldsIn(part)) : []
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((part: Json) => textsIn(part)) : []
}
