import { printCharter } from '../../charter/print.ts'
import { configOption } from '../load-config.ts'
import { pickPage } from '../pages.ts'
import { perhaps } from '../parameter.ts'
import { verb } from '../verb.ts'

export const print = verb({
  name: 'print',
  about: 'The page as people read and sign it.',
  args: { page: perhaps('a page or the name of an agent') },
  options: { config: configOption },
  examples: ['print billing.charter.yaml', 'print billing-resolution'],
  run: async (call, { page: named, config }) => {
    const { page, file } = await pickPage(call.terminal, named, config)
    const printed = printCharter(page)
    call.answer({ file, agent: page.agent.name, hash: page.hash, text: printed }, () => [printed])
    return 0
  },
})
