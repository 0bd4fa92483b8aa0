/** What a tool's definition must hold, said as a table: the compiler sees some of it, JavaScript none. */
import { CharterError, nearest } from '../errors.ts'
import { reservedArguments } from './intent.ts'
import { listsMembers, membersOf } from './json-schema.ts'
import type { Schema } from './schema.ts'
import type { AnyToolDefinition } from './tool-definition.ts'

interface Rule {
  readonly param: string
  readonly broken: (tool: AnyToolDefinition) => boolean
  readonly message: string
  readonly hint: string
}

const isWrite = (tool: AnyToolDefinition) => tool.kind === 'write'
const isDispatched = (tool: AnyToolDefinition) => isWrite(tool) || tool.egress === true
const isCount = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value > 0)

const rules: readonly Rule[] = [
  {
    param: 'name',
    broken: ({ name }) => !/^[a-z][a-z0-9_]*$/.test(name),
    message: 'a name is lower-case letters, digits and underscores, and begins with a letter',
    hint: 'write it as `request_refund`',
  },
  {
    param: 'kind',
    broken: ({ kind }) => kind !== 'read' && kind !== 'write',
    message: '`kind` is neither `read` nor `write`',
    hint: 'a tool that changes anything in the world is a write',
  },
  {
    param: 'version',
    broken: ({ version = '1' }) => !/^[\w.-]{1,40}$/.test(version),
    message: 'a version is up to 40 letters, digits, dots, dashes and underscores',
    hint: 'write it as `1` or `2026-11-03`',
  },
  {
    param: 'execute',
    broken: ({ execute }) => typeof execute !== 'function',
    message: 'there is no `execute`',
    hint: 'a tool without it can do nothing',
  },
  {
    param: 'risk',
    broken: ({ risk = 'high' }) => !['low', 'medium', 'high', 'forbidden'].includes(risk),
    message: '`risk` is none of `low`, `medium`, `high`, `forbidden`',
    hint: 'leave it out to have what the kind of tool usually has',
  },
  {
    param: 'risk',
    broken: (tool) => isWrite(tool) && tool.risk === 'low',
    message: 'a write cannot be of low risk',
    hint: '`medium` with an `undo`, `high` without',
  },
  {
    param: 'risk',
    broken: (tool) => isWrite(tool) && tool.risk === 'medium' && tool.undo === undefined,
    message: 'a write that cannot be undone is of high risk',
    hint: 'write an `undo`, or say `risk: high`',
  },
  {
    param: 'kind',
    broken: (tool) => isWrite(tool) && !tool.idempotency && !tool.verify && tool.atMostOnce !== true,
    message: 'a write needs one of: idempotency, verify, atMostOnce',
    hint: 'say how a lost answer is dealt with: the vendor honours keys, can be asked, or is never asked twice',
  },
  {
    param: 'atMostOnce',
    broken: (tool) => tool.atMostOnce === true && (tool.idempotency !== undefined || (tool.retry?.attempts ?? 1) > 1),
    message: '`atMostOnce` is never sent again, so it has neither `idempotency` nor a second attempt',
    hint: 'leave `atMostOnce` away if a second send is safe',
  },
  {
    param: 'kind',
    broken: (tool) => !isDispatched(tool) && Boolean(tool.idempotency ?? tool.verify ?? tool.atMostOnce),
    message: 'a read has no effect to look up or to protect: leave `idempotency`, `verify` and `atMostOnce` away',
    hint: 'is it a write, or a read with `egress: true`?',
  },
  {
    param: 'undo',
    broken: (tool) => !isWrite(tool) && (tool.undo !== undefined || tool.once !== undefined),
    message: 'a read has neither `undo` nor `once`',
    hint: 'is it a write?',
  },
  {
    param: 'once',
    broken: (tool) => tool.once !== undefined && tool.subjects === undefined,
    message: '`once` counts by a subject, and the tool has no `subjects`',
    hint: 'name what the call touches in `subjects`',
  },
  {
    param: 'factsSchema',
    broken: (tool) => (tool.facts === undefined) !== (tool.factsSchema === undefined),
    message: '`facts` and `factsSchema` come together',
    hint: 'policies see facts by their schema',
  },
  {
    param: 'previewSchema',
    broken: (tool) => tool.previewSchema !== undefined && tool.preview === undefined,
    message: 'there is a `previewSchema` and no `preview`',
    hint: 'write a `preview` that gives those fields',
  },
  {
    param: 'retry.attempts',
    broken: (tool) => !isCount(tool.retry?.attempts),
    message: '`retry.attempts` is not a whole number above zero',
    hint: 'it counts the first send, too',
  },
  {
    param: 'breaker.failures',
    broken: (tool) => !isCount(tool.breaker?.failures),
    message: '`breaker.failures` is not a whole number above zero',
    hint: 'it counts failures in a row',
  },
  {
    param: 'maxOutputBytes',
    broken: (tool) => !isCount(tool.maxOutputBytes),
    message: '`maxOutputBytes` is not a whole number above zero',
    hint: 'it counts bytes of JSON',
  },
  {
    param: 'fallback',
    broken: ({ name, fallback, conflictsWith = [] }) => fallback === name || conflictsWith.includes(name),
    message: 'a tool is neither its own fallback nor in conflict with itself',
    hint: 'name another tool',
  },
]

/** Throws `tool_invalid` for the first rule that is broken. */
export function checkDefinition(definition: AnyToolDefinition): void {
  refuseUnknownKeys(definition)
  const { name } = definition
  const rule = rules.find(({ broken }) => broken(definition))
  if (rule === undefined) return
  throw new CharterError('tool_invalid', `tool \`${name}\`: ${rule.message}`, { hint: rule.hint, param: rule.param })
}

/** The input is an object by names, and leaves the runtime its own. */
export function checkInput(name: string, { jsonSchema }: Schema): void {
  if (!listsMembers(jsonSchema)) {
    throw new CharterError('tool_invalid', `tool \`${name}\`: the input is not an object that lists its members`, {
      hint: 'write `z.strictObject({ … })`; put a union or a record in a member of it',
      param: 'inputSchema',
    })
  }
  const taken = membersOf(jsonSchema.properties).find(([member]) => reservedArguments.some((word) => word === member))
  if (taken === undefined) return
  throw new CharterError(
    'tool_invalid',
    `tool \`${name}\`: the runtime adds \`${taken[0]}\` to what the model may write`,
    {
      hint: 'give that argument another name',
      param: `inputSchema.${taken[0]}`,
    },
  )
}

const known = {
  name: true,
  description: true,
  version: true,
  kind: true,
  risk: true,
  egress: true,
  inputSchema: true,
  outputSchema: true,
  factsSchema: true,
  previewSchema: true,
  subjects: true,
  facts: true,
  check: true,
  preview: true,
  execute: true,
  verify: true,
  undo: true,
  documents: true,
  idempotency: true,
  atMostOnce: true,
  deadline: true,
  settlesWithin: true,
  retry: true,
  breaker: true,
  rate: true,
  once: true,
  fallback: true,
  conflictsWith: true,
  maxOutputBytes: true,
} as const satisfies Record<keyof AnyToolDefinition, true>

function refuseUnknownKeys(definition: AnyToolDefinition): void {
  const key = Object.keys(definition).find((name) => !Object.hasOwn(known, name))
  if (key === undefined) return
  const meant = nearest(key, Object.keys(known))
  throw new CharterError('tool_invalid', `tool \`${definition.name}\`: there is no option \`${key}\``, {
    hint: meant === undefined ? 'authority lives in the charter alone' : `did you mean \`${meant}\`?`,
    param: key,
  })
}
