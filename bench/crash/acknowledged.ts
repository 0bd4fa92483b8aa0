/** Whether everything that a caller was told is still so. */
import { isDeepStrictEqual } from 'node:util'
import type { openHouse } from '../../src/create-runtime.ts'
import { runHandle } from '../../src/run-handle.ts'
import type { Acknowledgement } from '../depot/callers.ts'

type OpenedHouse = Awaited<ReturnType<typeof openHouse>>

/** What was told and is not in the ledger any more, or is something else there. */
export async function lostAcknowledgements(
  house: OpenedHouse,
  acknowledgements: readonly Acknowledgement[],
): Promise<string[]> {
  const lost: string[] = []
  for (const acknowledgement of acknowledgements) {
    if (!(await stillHolds(house, acknowledgement))) lost.push(JSON.stringify(acknowledgement))
  }
  return lost
}

async function stillHolds(house: OpenedHouse, told: Acknowledgement): Promise<boolean> {
  const eventsOf = (stream: string) => house.ledger.read(house.tenant, stream)
  switch (told.told) {
    case 'started': {
      const [started] = await eventsOf(`run/${told.run}`)
      return started?.body.start_key === told.order.order
    }
    case 'granted':
      return (await eventsOf(`approval/${told.approval}`)).some(({ type }) => type === 'approval.granted')
    case 'settled': {
      if (told.result.status === 'waiting') return areAsked(told.result.approvals)
      const { status, code, ...result } = await runHandle(house, told.run).settled(AbortSignal.timeout(10_000))
      const output = 'output' in result ? result.output : null
      return isDeepStrictEqual({ run: told.run, status, code: code ?? null, output, approvals: [] }, told.result)
    }
  }

  async function areAsked(approvals: readonly string[]): Promise<boolean> {
    const streams = await Promise.all(approvals.map((approval) => eventsOf(`approval/${approval}`)))
    return approvals.length > 0 && streams.every(([asked]) => asked?.type === 'approval.requested')
  }
}
