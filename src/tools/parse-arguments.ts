/**
 * A model's arguments, from the text that it wrote: money keeps its digits, other numbers must be ones that can be held
 * exactly, and what the runtime reserves (`intent`, `dry_run`) is taken off. Answers data; a bad argument is no exception.
 */
import type { Json, JsonObject } from '../json.ts'
import { type Intent, intentSchema } from './intent.ts'
import { isObject } from './json-schema.ts'
import { plainJson } from './plain-json.ts'
import { type ProblemPath, pathText } from './problem-path.ts'
import type { ClassifiedField, Problem, Validation } from './schema.ts'
import { readSourceJson, type SourceJson, WrittenNumber } from './source-json.ts'
import type { Tool } from './tool.ts'

const maxArgumentBytes = 256 * 1024

export type ParsedArguments =
  | { readonly ok: true; readonly input: JsonObject; readonly intent?: Intent; readonly dryRun: boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** No text at all is no arguments: some models write nothing for a tool that takes nothing. */
export async function parseArguments(text: string, tool: Pick<Tool, 'kind' | 'input'>): Promise<ParsedArguments> {
  const size = Buffer.byteLength(text)
  if (size > maxArgumentBytes) return tooLarge(size)
  const reading = readSourceJson(text.trim() === '' ? '{}' : text)
  if (!reading.ok) return refused([{ path: '', message: reading.message }])
  const problems: Problem[] = []
  const value = settle(reading.value, [], { money: moneyIn(tool), problems })
  if (problems.length > 0) return refused(problems)
  if (!isObject(value)) return refused([{ path: '', message: 'an object with the arguments by name is wanted' }])
  return takeReserved(value, tool.kind)
}

/**
 * The arguments as policy, digest and `execute` see them: validated, on the output side (money is `{ minor, currency }`),
 * plain JSON.
 */
export async function validateArguments(tool: Pick<Tool, 'input'>, input: Json): Promise<Validation<JsonObject>> {
  const validated = await tool.input.validate(input)
  if (!validated.ok) return validated
  const plain = plainJson(validated.value)
  if (!plain.ok) return plain
  if (isObject(plain.value)) return { ok: true, value: plain.value }
  return { ok: false, problems: [{ path: '', message: 'an object with the arguments by name is wanted' }] }
}

async function takeReserved(value: JsonObject, kind: Tool['kind']): Promise<ParsedArguments> {
  // A read has no `dry_run` to take: left where it is, it is refused as any unknown key.
  const { intent, ...others } = value
  const { dry_run: dryRun, ...rest } = others
  if (kind === 'write' && dryRun !== undefined && typeof dryRun !== 'boolean') {
    return refused([{ path: 'dry_run', message: 'true or false is wanted' }])
  }
  const input = kind === 'write' ? rest : others
  const parsed = { ok: true, input, dryRun: kind === 'write' && dryRun === true } as const
  if (intent === undefined) return parsed
  const validated = await intentSchema.validate(intent)
  return validated.ok ? { ...parsed, intent: validated.value } : refused(validated.problems.map(underIntent))
}

function underIntent({ path, message }: Problem): Problem {
  return { path: path === '' || path.startsWith('[') ? `intent${path}` : `intent.${path}`, message }
}

interface Settling {
  readonly money: readonly ClassifiedField[]
  readonly problems: Problem[]
}

/** Numbers become numbers, or text where money stands. */
function settle(value: SourceJson, path: ProblemPath, settling: Settling): Json {
  if (value instanceof WrittenNumber) return settleNumber(value.text, path, settling)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (!value.isWellFormed()) tell(settling, path, 'holds half of a surrogate pair')
    return value
  }
  if (isMoneyAt(path, settling)) tell(settling, path, 'an amount is written as text, such as `"49.90"`, or as a number')
  if (isList(value)) return value.map((item, index) => settle(item, [...path, index], settling))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, settle(member, [...path, name], settling)]),
  )
}

function settleNumber(text: string, path: ProblemPath, settling: Settling): Json {
  if (isMoneyAt(path, settling)) return text
  const number = Number(text) + 0
  const held = Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number)
  if (!held) tell(settling, path, `\`${text.slice(0, 40)}\` is too large to be held exactly: write it as text`)
  return number
}

function tell({ problems }: Settling, path: ProblemPath, message: string): void {
  if (problems.length < 20) problems.push({ path: pathText(path), message })
}

function isMoneyAt(path: ProblemPath, { money }: Settling): boolean {
  return money.some(
    (field) => field.path.length === path.length && field.path.every((part, i) => isSame(part, path[i])),
  )
}

function isSame(part: string, actual: string | number | undefined): boolean {
  return part === '*' || part === actual
}

function moneyIn(tool: Pick<Tool, 'input'>): readonly ClassifiedField[] {
  return tool.input.classified.filter(({ classification }) => classification === 'money')
}

/** `Array.isArray` does not narrow a readonly list away. */
function isList(value: SourceJson): value is readonly SourceJson[] {
  return Array.isArray(value)
}

function tooLarge(size: number): ParsedArguments {
  const [has, most] = [Math.ceil(size / 1024), maxArgumentBytes / 1024]
  return refused([{ path: '', message: `the arguments are ${has} KB; at most ${most} KB are taken` }])
}

function refused(problems: readonly Problem[]): ParsedArguments {
  return { ok: false, problems }
}
