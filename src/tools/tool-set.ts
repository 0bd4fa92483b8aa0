/** Tools by name; a name means one tool, in one version. */
import { CharterError } from '../errors.ts'
import type { Tool } from './tool.ts'

export type ToolSet = ReadonlyMap<string, Tool>

/** One tool given twice is one tool. Throws `tool_duplicate` for two of one name. */
export function toolSet(tools: Iterable<Tool>): ToolSet {
  const set = new Map<string, Tool>()
  for (const tool of tools) {
    const other = set.get(tool.name)
    if (other !== undefined && other !== tool) throw duplicate(tool, other)
    set.set(tool.name, tool)
  }
  return set
}

function duplicate({ name, version }: Tool, other: Tool): CharterError {
  const message =
    version === other.version
      ? `two tools are called \`${name}\``
      : `\`${name}\` is given in two versions, \`${other.version}\` and \`${version}\``
  return new CharterError('tool_duplicate', message, {
    hint: 'a name means one tool to the page and to the model: rename one, or leave one out',
    param: name,
  })
}
