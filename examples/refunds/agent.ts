/** The billing agent: its page, its tools on a desk, and the scripted model unless a live one takes its place. */
import path from 'node:path'
import { type Agent, defineAgent } from '../../src/index.ts'
import { billingModel } from './conversations.ts'
import type { DeskClient } from './desk/client.ts'
import { type LiveModel, pageFor } from './live-model.ts'
import { refundTools } from './tools.ts'

const page = path.join(import.meta.dirname, 'billing.charter.yaml')
/** As it stands on the page: the scripted model plays under its name, so that calls cost what they would. */
const pageModel = 'openai/gpt-4.1-mini'

/** `folder` is where the page of a live model is written. */
export function billingAgent(desk: DeskClient, live: LiveModel | undefined, folder: string): Agent {
  const tools = refundTools(desk)
  if (live) return defineAgent({ charter: pageFor(live, page, path.join(folder, 'live')), tools })
  return defineAgent({ charter: page, tools, models: { [pageModel]: billingModel(pageModel) } })
}
