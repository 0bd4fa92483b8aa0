/** For `charter run what-if`, which this bench calls as a user would: no model, and a desk that nobody may reach for. */
import { defineConfig } from '../../src/define-config.ts'
import { prices, shopAgent } from './agent.ts'

export default defineConfig({ agents: [shopAgent(process.env.DESK_URL ?? 'http://127.0.0.1:9')], prices })
