import { stringify } from 'yaml'
import { describeCompiled, tryCompile } from '../../charter/compile.ts'
import { describePage } from '../../charter/describe.ts'
import type { JsonObject } from '../../json.ts'
import { configOption } from '../load-config.ts'
import { type LookedAt, pickPage } from '../pages.ts'
import { perhaps } from '../parameter.ts'
import { verb } from '../verb.ts'

export const show = verb({
  name: 'show',
  about: 'The page for an engineer: every key that is in force, hashes, and the Cedar that it means.',
  help: 'The Cedar needs the tools, so it is shown for pages of a configuration.',
  args: { page: perhaps('a page or the name of an agent') },
  options: { config: configOption },
  examples: ['show billing.charter.yaml', 'show billing-resolution --json'],
  run: async (call, { page: named, config }) => {
    const looked = await pickPage(call.terminal, named, config)
    const described = describePage(looked.page)
    const cedar = cedarOf(looked)
    call.answer({ file: looked.file, ...described, ...cedar }, () => [
      `# ${looked.file} ${looked.page.hash}`,
      stringify(described.page).trimEnd(),
      ...sayCedar(cedar),
    ])
    return 0
  },
})

function cedarOf({ page, tools }: LookedAt): JsonObject {
  if (!page || !tools) return { policies: null, schema: null }
  const { compiled } = tryCompile(page, tools)
  if (!compiled) return { policies: null, schema: null }
  const { policies, schema } = describeCompiled(compiled)
  return { policies, schema, policy_hash: compiled.hash }
}

function sayCedar({ policies, schema }: JsonObject): string[] {
  if (!Array.isArray(policies)) return ['', '# the tools are not known here, so the Cedar is not shown']
  const said = (policies as { id: string; text: string; says: string }[]).map(
    ({ id, text, says }) => `// ${id}: ${says}\n${text.trim()}`,
  )
  return ['', '# policies', ...said, '', '# schema', String(schema).trim()]
}
