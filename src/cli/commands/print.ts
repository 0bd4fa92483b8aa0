import { existsSync } from 'node:fs'
import { printCharter } from '../../charter/print.ts'
import { type TrustHouse, trustPage } from '../../charter/trust.ts'
import { trustHtml, trustText } from '../../charter/trust-text.ts'
import { CharterError } from '../../errors.ts'
import type { Call } from '../call.ts'
import { configOption } from '../load-config.ts'
import { withHouse } from '../open-house.ts'
import { type LookedAt, pickPage } from '../pages.ts'
import { flag, perhaps } from '../parameter.ts'
import { nameOfLedger, type PlaceGiven, placeOf, placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const print = verb({
  name: 'print',
  about: 'The page as people read and sign it.',
  help: 'With --trust: what the security review of a customer asks, from the page, its tools and where this house keeps things.',
  args: { page: perhaps('a page or the name of an agent') },
  options: {
    trust: flag('--trust', 'where data goes, what is kept and encrypted, who must agree, how it is stopped'),
    html: flag('--html', 'that page as one file of HTML, to be read and printed anywhere'),
    config: configOption,
    ...placeOptions,
  },
  examples: [
    'print billing.charter.yaml',
    'print billing-resolution',
    'print billing-resolution --trust --html > trust.html',
  ],
  run: async (call, given) => {
    const looked = await pickPage(call.terminal, given.page, given.config)
    if (given.trust) return printTrust(call, looked, given)
    if (given.html)
      throw new CharterError('usage', '`--html` is for `--trust`', { param: '--html', hint: `${call.typed} --trust` })
    const { page, file } = looked
    const printed = printCharter(page)
    call.answer({ file, agent: page.agent.name, hash: page.hash, text: printed }, () => [printed])
    return 0
  },
})

type Looked = Awaited<ReturnType<typeof pickPage>>

async function printTrust(
  call: Call,
  { page, tools, file }: Looked,
  given: PlaceGiven & { html: boolean },
): Promise<number> {
  const trust = trustPage(page, tools, await houseOf(call, page, given))
  const html = trustHtml(trust)
  const { agent, hash } = page
  call.answer(asJson({ file, agent: agent.name, hash, ...trust, ...(given.html && { html }) }), () => [
    given.html ? html.trimEnd() : trustText(trust),
  ])
  return 0
}

async function houseOf(
  call: Call,
  { agent, hash }: NonNullable<LookedAt['page']>,
  given: PlaceGiven,
): Promise<TrustHouse> {
  const place = placeOf(call.terminal, given)
  const isPostgres = place.ledger.kind === 'postgres'
  const named = nameOfLedger(place)
  const stands = place.ledger.kind === 'postgres' || existsSync(place.ledger.file)
  const inForce = stands ? await pageInForce(call, given, agent.name) : null
  return {
    environment: place.environment,
    ledger: isPostgres ? `PostgreSQL at ${named.replace('postgres://', '')}` : 'one SQLite file',
    keyring: isPostgres ? 'a file of its own, beside the program' : 'a file of its own, beside the ledger',
    inForce: inForce ? { isThisPage: inForce.charter === hash, since: inForce.applied_at } : undefined,
    at: call.terminal.clock.now(),
  }
}

const pageInForce = (call: Call, given: PlaceGiven, agent: string) =>
  withHouse(call, given, async ({ ledger, tenant, environment }) => {
    const { charter } = await ledger.find(tenant, { charter: { read: 'charter', agent, environment } })
    return charter
  })
