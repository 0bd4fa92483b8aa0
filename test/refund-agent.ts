/** The agent of a refund house, from the text of its page. */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { loadCharter } from '../src/charter/load.ts'
import type { Agent } from '../src/define-agent.ts'
import type { Tool } from '../src/tools/tool.ts'
import { toolSet } from '../src/tools/tool-set.ts'

export function agentOf(page: string, tools: readonly Tool[], model: LanguageModelV4, files = {}): Agent {
  const source = { file: 'refunds.charter.yaml', text: page, files: files as Record<string, string> }
  const read = () => ({
    page: loadCharter({ file: source.file, text: page, readFile: (file) => source.files[file] }).page,
    source,
  })
  return { name: read().page.agent.name, tools: toolSet(tools), models: { 'scripted/refunds': model }, file: '', read }
}

/** One dollar a million tokens, in and out: what a token costs is a micro-dollar. */
export const prices = { 'scripted/refunds': { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } }
