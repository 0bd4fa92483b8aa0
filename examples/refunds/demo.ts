/**
 * `npm run demo`: eight support tickets worked by the billing agent, against a desk in a process of its own, with the
 * people who agree or refuse in processes of their own. It ends with an export of the ledger, checked offline, and fails
 * where the desk's own log and the ledger do not say the same.
 *
 *   CHARTER_DEMO_HOME      the folder whose `.charter` holds ledger, keys and desk; this one unless said otherwise
 *   CHARTER_DATABASE_URL   the ledger on PostgreSQL
 *   CHARTER_MODEL          a live model (live-model.ts) in the place of the scripted one
 *   CHARTER_DEMO_DESK      flags for the desk: with `--ignore-keys` it refunds twice, and the demo fails
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createRuntime, openHouse } from '../../src/create-runtime.ts'
import { CharterError, isCharterError } from '../../src/errors.ts'
import { billingAgent } from './agent.ts'
import { closeTheBooks } from './demo/closing.ts'
import { commandLine } from './demo/command-line.ts'
import { createScreen } from './demo/screen.ts'
import { openDay } from './demo/shop.ts'
import { demoTickets, stoppedTicket } from './demo/tickets.ts'
import { type Worked, type WorkingDay, workTicket } from './demo/working-day.ts'
import { connectDesk } from './desk/client.ts'
import { spawnDesk } from './desk/spawn-desk.ts'
import { openWitness } from './desk/witness.ts'
import { liveModelIn } from './live-model.ts'

const { env } = process
const home = path.resolve(env.CHARTER_DEMO_HOME ?? import.meta.dirname)
const state = path.join(home, '.charter')
const deskFile = path.join(state, 'desk.sqlite')
const place = {
  ledger: env.CHARTER_DATABASE_URL ?? path.join(state, 'ledger.db'),
  keyring: path.join(state, 'keyring.db'),
}
const live = liveModelIn(env)
const screen = createScreen(process.stdout, env)
const charter = commandLine(home)

try {
  mkdirSync(state, { recursive: true })
  process.exitCode = (await demo()) ? 0 : 1
} catch (error) {
  if (!isCharterError(error)) throw error
  screen.bad(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n  hint: ${error.hint}`}`)
  process.exitCode = 1
}

async function demo(): Promise<boolean> {
  const began = performance.now()
  const day = await openToday()
  await using desk = await spawnDesk(deskFile, env.CHARTER_DEMO_DESK?.split(' '))
  using witness = openWitness(deskFile)
  const before = { arrivals: witness.arrivals().length, commits: witness.commits().length }
  const log = () => ({ arrivals: witness.arrivals(before.arrivals), commits: witness.commits(before.commits) })
  const agent = billingAgent(connectDesk(desk.url), live, state)
  const onError = (run: string | undefined, error: unknown) => console.error(run ?? 'the engine', error)
  const runtime = await createRuntime({ ...place, ...live, agents: [agent], applyPages: true, onError })
  const setFault = (rule: object) => fetch(`${desk.url}/_faults`, { method: 'POST', body: JSON.stringify(rule) })

  screen.fact('model', live ? live.id : 'scripted: it measures the runtime, not a model')
  screen.fact('ledger', `${runtime.house.ledger.database}, ${path.relative(process.cwd(), state)}`)
  screen.fact('desk', `the system of record, at ${desk.url}, process ${desk.pid}`)
  const worked = await workThrough({ runtime, agent, day, screen, charter, log, setFault }).finally(runtime.close)
  return closeTheBooks({ worked, log: log(), screen, charter, home, isScripted: !live, began })
}

async function workThrough(working: WorkingDay): Promise<readonly Worked[]> {
  const worked: Worked[] = []
  for (const [index, ticket] of demoTickets.entries()) {
    screen.write()
    worked.push(await workTicket(working, ticket, `${index + 1}/${demoTickets.length}`))
  }
  return [...worked, await workWhileStopped(working)]
}

async function workWhileStopped(working: WorkingDay): Promise<Worked> {
  const scope = ['--scope', 'tool:request_refund', '--as', 'ada@acme.example']
  const on = ['stop', 'on', ...scope, '--reason', 'refunds look wrong']
  const off = ['stop', 'off', ...scope, '--yes']
  screen.write()
  screen.typed(on)
  for (const line of (await charter(...on)).trim().split('\n')) screen.beside('stop', line)
  screen.write()
  try {
    return await workTicket(working, stoppedTicket, 'then')
  } finally {
    screen.typed(off)
    await charter(...off)
  }
}

/** Before anything starts: which day it is, by desk and ledger, and that no stop is in force. */
async function openToday() {
  const house = await openHouse(place)
  const { ledger, tenant, environment } = house
  try {
    const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
    const [stop] = stops
    if (stop)
      throw new CharterError('stopped', `a stop is in force since an earlier demo: ${stop.stop}`, {
        hint: `charter stop off --scope ${stop.value === '' ? stop.scope : `${stop.scope}:${stop.value}`} --as ada@acme.example`,
      })
    return await openDay(deskFile, async (key) => {
      const read = { read: 'start_key', agent: 'billing-resolution', environment, key } as const
      return (await ledger.find(tenant, { known: read })).known !== null
    })
  } finally {
    await house.close()
  }
}
