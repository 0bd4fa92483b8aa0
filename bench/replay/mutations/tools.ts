/** How a tool is called, what it takes and what it answers; and tools of the examples themselves. */
import type { Mutation } from '../mutation.ts'

export const mutationsOfTools: readonly Mutation[] = [
  { file: 'src/tools/intent.ts', find: 'z.string().min(1).max(100)', replace: 'z.string().min(1).min(100)' },
  {
    file: 'src/tools/money.ts',
    find: 'reading.ok ? tooMuch(reading.minor, maxMinor, currency) : reading.message',
    replace: 'reading.ok ? reading.message : tooMuch(reading.minor, maxMinor, currency)',
  },
  { file: 'src/tools/money.ts', find: 'fraction.length > decimals', replace: 'fraction.length >= decimals' },
  { file: 'src/tools/money.ts', find: 'decimals + 1', replace: 'decimals + 2' },
  {
    file: 'src/tools/money.ts',
    find: "typeof written === 'string'",
    replace: "false && (typeof written === 'string')",
  },
  { file: 'src/tools/money.ts', find: '{ ok: false, message }', replace: '{ ok: true, message }' },
  { file: 'src/tools/parse-arguments.ts', find: 'problems.length > 0', replace: 'problems.length >= 0' },
  { file: 'src/tools/parse-arguments.ts', find: 'isObject(plain.value)', replace: 'false && (isObject(plain.value))' },
  {
    file: 'src/tools/parse-arguments.ts',
    find: "kind === 'write' && dryRun === true",
    replace: "kind === 'write' || dryRun === true",
  },
  {
    file: 'src/tools/parse-arguments.ts',
    find: "value === null || typeof value === 'boolean'",
    replace: "value === null && typeof value === 'boolean'",
  },
  { file: 'src/tools/parse-arguments.ts', find: 'isList(value)', replace: 'false && (isList(value))' },
  {
    file: 'src/tools/retry-delay.ts',
    find: '2 ** (attempt - 1)',
    replace: '3 ** (attempt - 1)',
    equivalent: 'it says only how long is waited before something is sent again',
  },
  {
    file: 'src/tools/dropped-keys.ts',
    find: 'Object.hasOwn(taken, name) ? goneKeys(member, taken[name], at) : [at]',
    replace: 'Object.hasOwn(taken, name) ? [at] : goneKeys(member, taken[name], at)',
  },
  { file: 'src/tools/unlisted-keys.ts', find: 'own === undefined', replace: 'own !== undefined' },
  {
    file: 'src/tools/unlisted-keys.ts',
    find: 'Array.isArray(node.enum) && !node.enum.some((one: Json) => mayEqual(one, value))',
    replace: 'Array.isArray(node.enum) || !node.enum.some((one: Json) => mayEqual(one, value))',
  },
  { file: 'src/tools/plain-json.ts', find: 'value + 0', replace: 'value + 1' },
  { file: 'examples/refunds/tools.ts', find: 'z.string().min(3).max(500)', replace: 'z.string().max(3).max(500)' },
  { file: 'examples/refunds/tools.ts', find: 'z.string().min(3).max(2000)', replace: 'z.string().min(3).min(2000)' },
  {
    file: 'examples/retail/tools/rehearse.ts',
    find: 'facts.exists && facts.owner !== facts.customer',
    replace: 'facts.exists || facts.owner !== facts.customer',
  },
]
