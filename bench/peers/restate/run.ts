/**
 * A Restate service of five `ctx.run` steps, journaled by a server of one partition that syncs its log. The server is
 * started here, with its data in the folder that is given as the place.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import * as restate from '@restatedev/restate-sdk'
import * as clients from '@restatedev/restate-sdk-clients'
import { measurePeer, readOrders } from '../measure.ts'

const { place, loads } = readOrders()

const steps = restate.service({
  name: 'steps',
  handlers: {
    five: async (context: restate.Context) => {
      let n = 0
      for (let step = 1; step <= 5; step++) n = await context.run(`step-${step}`, () => n + 1)
      return n
    },
  },
})

const [service, ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
await restate.serve({ services: [steps], port: service, logger: () => {} })
const server = startServer()
process.once('exit', () => server.kill('SIGKILL'))
await untilAnswers(`http://127.0.0.1:${admin}/health`)
const registered = await fetch(`http://127.0.0.1:${admin}/deployments`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ uri: `http://127.0.0.1:${service}` }),
})
if (!registered.ok) throw new Error(`the service was not registered: ${await registered.text()}`)
await untilAnswers(`http://127.0.0.1:${ingress}/restate/health`)

const client = clients.connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient(steps)
await measurePeer(loads, async () => {
  const n = await client.five()
  if (n !== 5) throw new Error(`the service answered ${n}`)
})
process.exit()

function startServer() {
  const environment = {
    RESTATE_BASE_DIR: place,
    RESTATE_NODE_NAME: 'bench',
    RESTATE_DEFAULT_NUM_PARTITIONS: '1',
    RESTATE_LOG_FILTER: 'error',
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    // What it says of itself as the local log's default: nothing is answered before the log is synced.
    RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC: 'false',
  }
  return spawn(serverBinary(), ['--no-logo', '--listen-mode', 'tcp'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The package is a script that starts the binary of this platform; the binary itself is what must be ended. */
function serverBinary(): string {
  const scope = path.resolve(path.dirname(createRequire(import.meta.url).resolve('@restatedev/restate-sdk')), '../..')
  const platform = readdirSync(scope).find((name) => name.startsWith('restate-server-'))
  if (platform === undefined) throw new Error('no server of Restate is installed for this platform')
  return path.join(scope, platform, 'bin', 'restate-server')
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing answers at ${url}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer()
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
