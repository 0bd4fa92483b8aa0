/** What a reviewer would ask of the arguments of a tool. */
import type { Json, JsonObject } from '../json.ts'
import { alternativesOf, isObject, listOf, membersOf, resolve } from './json-schema.ts'
import { type Found, warning } from './lint-finding.ts'
import type { Tool } from './tool.ts'

interface Argument {
  /** Without the places in lists: the last part is a name. */
  readonly path: readonly string[]
  readonly node: JsonObject
}

export function argumentFindings(tool: Tool): Found[] {
  const all = argumentsOf(tool.input.jsonSchema)
  return [
    ...undescribed(tool.input.jsonSchema),
    ...all
      .filter(isFreeTextId)
      .map(({ path }) =>
        warning(
          'free_text_id',
          `any text passes as \`${path.join('.')}\``,
          'give the id a pattern, so that a made-up one is refused before anything is asked',
        ),
      ),
    ...all
      .filter(isUntyped)
      .map(({ path }) =>
        warning(
          'untyped_argument',
          `anything passes as \`${path.join('.')}\`, and no policy can read it`,
          'say what it is',
        ),
      ),
  ]
}

function undescribed(root: JsonObject): Found[] {
  const names = membersOf(root.properties)
    .filter(([, member]) => isObject(member) && !isDescribed(member, root))
    .map(([name]) => `\`${name}\``)
  if (names.length === 0) return []
  return [
    warning('arguments_undescribed', `no description: ${names.join(', ')}`, 'say what each is, and what it looks like'),
  ]
}

function isDescribed(node: JsonObject, root: JsonObject): boolean {
  const inner = [resolve(root, node.$ref), ...alternativesOf(node)]
  return [node, ...inner].some(
    (part) => isObject(part) && typeof part.description === 'string' && part.description !== '',
  )
}

function isFreeTextId({ path, node }: Argument): boolean {
  if (!/(^|_)ids?$|Ids?$/.test(path.at(-1) ?? '') || node.type !== 'string') return false
  return ['pattern', 'enum', 'const', 'format'].every((word) => node[word] === undefined)
}

function isUntyped({ node }: Argument): boolean {
  return ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref', 'not'].every((word) => node[word] === undefined)
}

function argumentsOf(root: JsonObject): readonly Argument[] {
  const found: Argument[] = []
  walk(root, [], { root, seen: new Set(), found })
  return found.filter(({ path }) => path.length > 0)
}

interface Walk {
  readonly root: JsonObject
  /** A schema may contain itself; each of its nodes is looked at once. */
  readonly seen: Set<JsonObject>
  readonly found: Argument[]
}

function walk(node: Json | undefined, path: readonly string[], state: Walk): void {
  if (!isObject(node) || state.seen.has(node)) return
  state.seen.add(node)
  state.found.push({ path, node })
  for (const part of [resolve(state.root, node.$ref), ...alternativesOf(node)]) walk(part, path, state)
  for (const part of [node.items, ...listOf(node.prefixItems), node.additionalProperties]) walk(part, path, state)
  for (const [name, member] of membersOf(node.properties)) walk(member, [...path, name], state)
}
