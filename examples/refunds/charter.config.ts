/** For the command line, called in this folder. The desk: `node desk/main.ts --port 4710 --file .charter/desk.sqlite`. */
import path from 'node:path'
import { defineConfig } from '../../src/define-config.ts'
import { billingAgent } from './agent.ts'
import { connectDesk } from './desk/client.ts'
import { liveModelIn } from './live-model.ts'

const desk = connectDesk(process.env.DESK_URL ?? 'http://127.0.0.1:4710')

export default defineConfig({
  agents: [billingAgent(desk, liveModelIn(process.env), path.join(import.meta.dirname, '.charter'))],
})
