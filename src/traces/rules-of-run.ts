/** What the page says where a rule of it decided: `request_refund.max_amount_usd` is `50` on the page of this hash. */
import { describePage } from '../charter/describe.ts'
import { narrowerPage } from '../charter/narrower-page.ts'
import type { Page } from '../charter/page.ts'
import { isCharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import { pageOf } from '../runs/charter-book.ts'
import type { RuleText } from './account.ts'
import type { TraceReading } from './read-trace.ts'
import type { Trace } from './trace.ts'

/** Without its tools: a rule is looked up as the key of the page that it was made from. */
export async function rulesOfRun(house: TraceReading, trace: Trace): Promise<RuleText> {
  const pages = await pagesOf(house, trace)
  return (rule, judged) => {
    const [pinned, inForce] = [pages.get(judged.charter), pages.get(judged.in_force)]
    const page = pinned && inForce && narrowerPage(pinned, inForce, rule)
    const text = page && keyOf(describePage(page).page, rule)
    return text === undefined ? undefined : { page: text, charter: page?.hash ?? '' }
  }
}

/** Every page that something was judged by, by its hash. */
async function pagesOf(house: TraceReading, { started, actions }: Trace): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>()
  if (!started) return pages
  const judgements = actions.flatMap((action) => action.judgements)
  for (const hash of new Set(judgements.flatMap(({ charter, in_force }) => [charter, in_force]))) {
    const page = await pageIfKept({ ...house, environment: started.environment }, started.agent, hash)
    if (page) pages.set(hash, page)
  }
  return pages
}

async function pageIfKept(
  house: TraceReading & { readonly environment: string },
  agent: string,
  hash: string,
): Promise<Page | undefined> {
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
