/** Conditions over one argument of a tool, safe where it may be absent: an absent argument never passes a bound. */
import { nearest } from '../errors.ts'
import { access, has, literal, quoteCedar } from '../policy/cedar-text.ts'
import type { CedarType, RecordType } from '../policy/cedar-type.ts'
import type { Tool } from '../tools/tool.ts'
import { pageError } from './compile-problem.ts'
import type { Money, Page } from './page.ts'

export interface Argument {
  readonly path: readonly string[]
  readonly type: CedarType
  /** `context.args.amount`. */
  readonly text: string
  /** Tests that must come before it, because what stands on the way to it may be absent. */
  readonly guards: readonly string[]
}

/** Throws `charter_invalid` when a policy cannot read the argument, saying why. */
export function argumentAt(page: Page, key: string, tool: Tool, args: CedarType, path: readonly string[]): Argument {
  let found: Argument = { path: [], type: args, text: 'context.args', guards: [] }
  for (const name of path) {
    if (found.type.kind !== 'Record')
      throw pageError(page, key, `\`${path.join('.')}\` of \`${tool.name}\` is no single value`)
    found = below(page, key, tool, found, found.type, name)
  }
  return found
}

function below(
  page: Page,
  key: string,
  tool: Tool,
  { path, text, guards }: Argument,
  type: RecordType,
  name: string,
): Argument {
  const attribute = type.attributes.get(name)
  if (attribute !== undefined) {
    const guard = attribute.required ? [] : [has(text, name)]
    return { path: [...path, name], type: attribute.type, text: text + access([name]), guards: [...guards, ...guard] }
  }
  const reason = type.leftOut.get(name)
  if (reason !== undefined)
    throw pageError(page, key, `no rule can read \`${name}\` of \`${tool.name}\`: it is ${reason}`)
  const near = nearest(name, type.attributes.keys())
  throw pageError(
    page,
    key,
    `\`${tool.name}\` has no argument \`${name}\``,
    near === undefined ? undefined : `did you mean \`${near}\`?`,
  )
}

/** The tool's one money argument, to which every key that names a currency is bound. */
export function moneyArgument(page: Page, key: string, tool: Tool, args: CedarType, currency: string): Argument {
  const fields = tool.input.classified.filter(({ classification }) => classification === 'money')
  const [field, second] = fields
  if (field === undefined)
    throw pageError(page, key, `\`${tool.name}\` has no money argument that \`${nameOf(key)}\` could bound`)
  if (second !== undefined) {
    const names = fields.map(({ path }) => `\`${path.join('.')}\``).join(' and ')
    throw pageError(
      page,
      key,
      `\`${tool.name}\` has several money arguments, ${names}: \`${nameOf(key)}\` could bound any of them`,
    )
  }
  if (field.currency !== undefined && field.currency !== currency) {
    throw pageError(page, key, `\`${tool.name}\` takes ${field.currency}, and \`${nameOf(key)}\` is in ${currency}`)
  }
  return argumentAt(page, key, tool, args, field.path)
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

/** True when the amount was given, is of this currency, and is neither above the bound nor below nothing. */
export function atMost(amount: Argument, { minor, currency }: Money): string {
  return withGuards(
    amount,
    inCurrency(amount, currency),
    `${amount.text}.minor >= 0`,
    `${amount.text}.minor <= ${minor}`,
  )
}

/** True when the sum so far and this amount stay within the limit. Their sum cannot overflow: both are below 2^53. */
export function sumAtMost(limit: string, amount: Argument, max: number, currency: string | undefined): string {
  const value = currency === undefined ? amount.text : `${amount.text}.minor`
  const checks = currency === undefined ? [] : [inCurrency(amount, currency)]
  return withGuards(amount, ...checks, `${value} >= 0`, `${limit} + ${value} <= ${max}`)
}

const inCurrency = ({ text }: Argument, currency: string): string => `${text}.currency == ${quoteCedar(currency)}`

const withGuards = ({ guards }: Argument, ...tests: readonly string[]): string => [...guards, ...tests].join(' && ')

/** True when the argument, or each item of it, is one of the values. */
export function oneOf(page: Page, key: string, argument: Argument, values: readonly (string | number)[]): string {
  const { type } = argument
  const kind = type.kind === 'Set' ? type.element.kind : type.kind
  const wanted = values.every((value) => typeof value === 'string') ? 'String' : 'Long'
  const mixed = new Set(values.map((value) => typeof value)).size > 1
  if (mixed || kind !== wanted) {
    throw pageError(
      page,
      key,
      `the values of \`${nameOf(key)}\` are not what the argument can be (${kindInWords(kind)})`,
    )
  }
  const set = `[${values.map(literal).join(', ')}]`
  return withGuards(argument, `${set}.${type.kind === 'Set' ? 'containsAll' : 'contains'}(${argument.text})`)
}

function kindInWords(kind: CedarType['kind']): string {
  const words = { String: 'text', Long: 'a whole number', Boolean: 'true or false', Set: 'a list', Record: 'a record' }
  return words[kind]
}
