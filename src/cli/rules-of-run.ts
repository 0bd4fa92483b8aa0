/** What the page of a run says where a rule of it decided: `request_refund.max_amount_usd` is `50`. */

import { describePage } from '../charter/describe.ts'
import type { Page } from '../charter/page.ts'
import { isCharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import { pageOf } from '../runs/charter-book.ts'
import type { RuleText } from '../traces/account.ts'
import type { Trace } from '../traces/trace.ts'
import type { OpenHouse } from './open-house.ts'

/** Without its tools: a rule is looked up as the key of the page that it was made from. */
export async function rulesOfRun(house: OpenHouse, { started }: Trace): Promise<RuleText> {
  if (!started) return () => undefined
  const page = await pageIfKept(house, started.agent, started.charter)
  const written = page && describePage(page).page
  return (rule) => keyOf(written, rule)
}

async function pageIfKept(house: OpenHouse, agent: string, hash: string): Promise<Page | undefined> {
  try {
    return await pageOf(house, agent, hash)
  } catch (error) {
    if (isCharterError(error) && ['payload_erased', 'charter_not_found'].includes(error.code)) return undefined
    throw error
  }
}

/** `agent.stage` stands on the page; `TOOL.KEY` stands under `tools`. */
function keyOf(written: Json | undefined, rule: string): Json | undefined {
  return at(written, rule.split('.')) ?? at(written, ['tools', ...rule.split('.')])
}

function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return at((value as { [key: string]: Json })[name], rest)
}
