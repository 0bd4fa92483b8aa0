/** Puts a page in force for its agent. Exclusive: no dispatch is under way while the page changes. */
import { charterStream, type PageText } from '../charter/applied-page.ts'
import type { Page } from '../charter/page.ts'
import type { JsonObject } from '../json.ts'
import type { Append } from '../ledger/ledger.ts'
import type { House } from './house.ts'

export interface Applied {
  readonly charter: string
  readonly changed: boolean
}

/** The hash now in force. Applying the page that is in force already changes nothing. */
export async function applyCharter(house: House, page: Page, source: PageText, by: string): Promise<Applied> {
  const { ledger, sealer, tenant, environment } = house
  const agent = page.agent.name
  const stream = charterStream(environment, agent)
  await sealer.prepare(stream)
  return ledger.transact({
    tenant,
    locks: [
      { lock: 'tenant', mode: 'exclusive' },
      { lock: 'stream', stream },
    ],
    reads: { head: { read: 'head', stream }, inForce: { read: 'charter', agent, environment } },
    decide: ({ head, inForce }): { append: readonly Append[]; answer: Applied } => {
      if (inForce?.charter === page.hash) return { append: [], answer: { charter: page.hash, changed: false } }
      const content: JsonObject = { file: source.file, text: source.text, files: { ...source.files } }
      const { payload, ref } = sealer.seal(stream, head.seq + 1, 'charter', content)
      const body = { agent, environment, charter: page.hash, page: { ...ref } }
      const events = [{ type: 'charter.applied', v: 1, actor: by, body }]
      return {
        append: [{ stream, after: head, events, payloads: [payload] }],
        answer: { charter: page.hash, changed: true },
      }
    },
  })
}
