/** What is left of it all: the vendor's log, what agents and tools noted, and the attempts that stand in the ledger. */
import type { Arrival, Commit, openWitness } from '../../examples/refunds/desk/witness.ts'
import type { House } from '../../src/commands/house.ts'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import { type Entry, readDiaries } from './diary.ts'
import type { Writer } from './tickets.ts'

/** One `effect.dispatched`. Times: milliseconds since 1970. */
export interface Attempt extends Writer {
  readonly key: string
  /** Its place in the ledger, and that of the next event that says what became of its effect; infinity where none does. */
  readonly position: number
  readonly clear: number
  readonly deadline: number
  /** People signed for it. */
  readonly isSigned: boolean
}

export interface Records {
  /** Writes that reached the vendor's socket, and those it carried out. */
  readonly arrivals: readonly Arrival[]
  readonly commits: readonly Commit[]
  readonly attempts: readonly Attempt[]
  readonly diary: readonly Entry[]
  readonly events: number
}

export async function readRecords(
  house: House,
  witness: Pick<ReturnType<typeof openWitness>, 'arrivals' | 'commits'>,
  folder: string,
): Promise<Records> {
  const { attempts, events } = await readAttempts(house)
  const arrivals = witness.arrivals().filter(({ method }) => method === 'POST')
  return { arrivals, commits: witness.commits(), attempts, diary: readDiaries(folder), events }
}

async function readAttempts({ ledger, tenant }: House) {
  const sent: LedgerEvent[] = []
  const clear = new Map<string, number[]>()
  let position = 0
  let events = 0
  for (;;) {
    const more = await ledger.tail(tenant, position, 2_000)
    const last = more.at(-1)
    if (!last) return { attempts: sent.map((event) => attemptIn(event, clear)), events }
    for (const event of more) {
      if (event.type === 'effect.dispatched') sent.push(event)
      else if (isClear(event)) noteClear(clear, event)
    }
    position = last.position
    events += more.length
  }
}

const isClear = ({ type, body }: LedgerEvent): boolean =>
  type === 'effect.committed' || (type === 'effect.not_committed' && body.status === 'not_committed')

function noteClear(clear: Map<string, number[]>, { body, position }: LedgerEvent): void {
  const effect = String(body.effect)
  clear.set(effect, [...(clear.get(effect) ?? []), position])
}

function attemptIn({ body, position }: LedgerEvent, clear: ReadonlyMap<string, readonly number[]>): Attempt {
  const { effect, key, agent, tool, deadline, approval } = body
  const after = clear.get(String(effect))?.find((place) => place > position)
  return {
    agent: agent === 'alpha' ? 'alpha' : 'beta',
    tool: tool === 'add_note' ? 'add_note' : 'send_reply',
    key: String(key),
    position,
    clear: after ?? Number.POSITIVE_INFINITY,
    deadline: Number(deadline),
    isSigned: approval !== undefined,
  }
}
