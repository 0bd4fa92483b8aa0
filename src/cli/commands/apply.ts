import { checkCharter } from '../../charter/check.ts'
import { compareCharters } from '../../charter/compare.ts'
import type { Page } from '../../charter/page.ts'
import { refuseErrors } from '../../charter/problem.ts'
import { applyCharter } from '../../commands/apply-charter.ts'
import { openHouse } from '../../create-runtime.ts'
import { readPage } from '../../define-agent.ts'
import { CharterError } from '../../errors.ts'
import { pageOf } from '../../runs/charter-book.ts'
import type { Tool } from '../../tools/tool.ts'
import { type Call, requireYes } from '../call.ts'
import { configOption } from '../load-config.ts'
import { houseOptions, type OpenHouse } from '../open-house.ts'
import { type LookedAt, pickPage } from '../pages.ts'
import { one } from '../parameter.ts'
import { asOption, groupsOfPerson, yesOption } from '../people.ts'
import { placeOf, placeOptions } from '../place.ts'
import { namesOf } from '../read-page.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { sayChanges } from './diff.ts'

export const apply = verb({
  name: 'apply',
  about: 'Put a page in force. A narrowing bites at the next dispatch; a widening reaches new runs only.',
  args: { page: one('the page', 'billing.charter.yaml') },
  options: { as: asOption, yes: yesOption, config: configOption, ...placeOptions },
  examples: ['apply billing.charter.yaml --as ada@acme.example --yes'],
  run: async (call, given) => {
    const looked = await pickPage(call.terminal, given.page, given.config)
    refuseErrors(checkCharter(looked.page, toolsOf(looked)))
    const place = placeOf(call.terminal, given)
    const { full } = namesOf(call.terminal.cwd, looked.file)
    const house = await openHouse(houseOptions(call, place))
    try {
      const { page, source } = readPage(full)
      groupsOfPerson({ place }, given.as)
      const before = await inForce({ ...house, place }, page)
      const changes = before ? compareCharters(before, page) : []
      if (!given.yes && call.mayAsk && before) call.begin(sayChanges(changes, call.paint).join('\n'))
      await requireYes(call, given.yes, `put this page in force for ${page.agent.name} in ${place.environment}?`)
      const { charter, changed } = await applyCharter(house, page, source, given.as)
      const document = {
        agent: page.agent.name,
        environment: place.environment,
        charter,
        changed,
        changes: asJson(changes),
      }
      call.answer(document, () => sayApplied(call, { ...document, first: before === undefined }))
      return 0
    } finally {
      await house.close()
    }
  },
})

/** Under a page in force that does not fit its tools every open run would end, so one is never applied unseen. */
function toolsOf({ file, tools }: LookedAt): readonly Tool[] {
  if (tools) return tools
  throw new CharterError('config_invalid', `no agent of a configuration has the page \`${file}\``, {
    param: '--config',
    hint: 'a page is applied with its tools at hand, so that its rules are checked: name the configuration with `--config`',
  })
}

async function inForce(house: OpenHouse, page: Page): Promise<Page | undefined> {
  const agent = page.agent.name
  const wanted = { read: 'charter', agent, environment: house.environment } as const
  const { charter } = await house.ledger.find(house.tenant, { charter: wanted })
  return charter ? pageOf(house, agent, charter.charter) : undefined
}

function sayApplied(
  { paint }: Call,
  applied: { agent: string; environment: string; charter: string; changed: boolean; first: boolean },
): string[] {
  const { agent, environment, charter, changed, first } = applied
  const how = changed ? (first ? 'in force, the first of its agent' : 'in force') : 'was in force already'
  return [`${paint.strong(agent)} in ${environment}: ${charter} ${how}`]
}
