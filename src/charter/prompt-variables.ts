/** The variables of a prompt: `{{ticket}}` is text, `{{amount: number}}` and `{{urgent: flag}}` say their type. */
import { nearest } from '../errors.ts'
import type { PromptVariable } from './page.ts'

const variableTypes = ['text', 'number', 'flag'] as const

export type PromptReading =
  | { readonly ok: true; readonly variables: readonly PromptVariable[] }
  /** `line` counts from 1 in the prompt. */
  | { readonly ok: false; readonly message: string; readonly line: number }

const shape = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?::\s*([A-Za-z]+)\s*)?$/

/** Every variable once, in order of first use. */
export function promptVariables(text: string): PromptReading {
  const variables = new Map<string, PromptVariable>()
  for (const found of text.matchAll(/\{\{(.*?)(\}\}|$)/gm)) {
    const variable = variableOf(found[1] ?? '', found[2] === '}}')
    const line = text.slice(0, found.index).split('\n').length
    if (typeof variable === 'string') return { ok: false, message: variable, line }
    const first = variables.get(variable.name)
    if (first !== undefined && first.type !== variable.type) {
      return {
        ok: false,
        message: `\`${variable.name}\` is \`${first.type}\` before and \`${variable.type}\` here`,
        line,
      }
    }
    variables.set(variable.name, variable)
  }
  return { ok: true, variables: [...variables.values()] }
}

/** The variable, or what is wrong with it. */
function variableOf(inner: string, closed: boolean): PromptVariable | string {
  const [, name, word = 'text'] = shape.exec(inner) ?? []
  if (name === undefined || !closed) return `\`{{${inner}${closed ? '}}' : ''}\` is no variable such as \`{{ticket}}\``
  const type = variableTypes.find((each) => each === word)
  if (type !== undefined) return { name, type }
  const meant = nearest(word, variableTypes)
  return `\`${word}\` is no type of a variable${meant === undefined ? '' : `, did you mean \`${meant}\`?`}`
}
