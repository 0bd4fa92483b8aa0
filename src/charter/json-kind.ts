/** JSON inside a page's file, kept as its text, so that an amount keeps the digits that were written. */
import { fault, type Kind, type Reading, wrong } from './kind.ts'
import type { YamlNode } from './read-yaml.ts'

export const writtenObject: Kind<string> = {
  says: 'a mapping',
  schema: { type: 'object' },
  read: (node, path, reading) =>
    node.node === 'map' ? textOf(node, path, reading) : wrong(reading, node, path, writtenObject.says),
  write: (text) => JSON.parse(text),
}

/** A number as it is written: what it counts is known to whom it is given. */
export const writtenNumber: Kind<string> = {
  says: 'a number of 0 or more',
  schema: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }] },
  read: (node, path, reading) =>
    node.node === 'scalar' && /^\d+(\.\d+)?$/.test(node.source)
      ? node.source
      : wrong(reading, node, path, writtenNumber.says),
  write: (text) => text,
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

function textOf(node: YamlNode, path: string, reading: Reading): string | undefined {
  if (node.node === 'list') return `[${node.items.map((item) => textOf(item, path, reading)).join(',')}]`
  if (node.node === 'map') {
    const members = node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${textOf(value, path, reading)}`)
    return `{${members.join(',')}}`
  }
  if (typeof node.value !== 'number') return JSON.stringify(node.value)
  if (jsonNumber.test(node.source)) return node.source
  const message = `\`${path}\` holds \`${node.source}\`, which is no number of JSON`
  return fault(reading, { message, place: node.place, path })
}
