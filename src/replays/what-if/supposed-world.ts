/** The world in which a supposed run is moved: the engine's own, with the past in place of everything outside. */
import type { CompiledCharter } from '../../charter/compile.ts'
import type { Randomness } from '../../ids.ts'
import type { Json } from '../../json.ts'
import type { Sealer } from '../../keyring/sealer.ts'
import type { LedgerEvent, PayloadRef, SealedPayload } from '../../ledger/event.ts'
import type { World } from '../../runs/world.ts'
import type { Gathering, Subjects, Tool } from '../../tools/tool.ts'
import { asItIs, subjectsIn } from '../gathered-then.ts'
import { failureIn, refusedReadIn } from '../recorded-grounds.ts'
import { charterBookOf, worldOfOneRun } from '../world-of-one-run.ts'
import { SupposedLedger } from './supposed-ledger.ts'
import type { Supposing } from './supposing.ts'

export interface SupposedWorld extends World {
  readonly ledger: SupposedLedger
}

export function supposedWorld(supposing: Supposing, compiled: CompiledCharter): SupposedWorld {
  const { past, supposition } = supposing
  const { recording } = past
  const { project } = supposition
  const tools = new Map([...project.tools].map(([name, tool]) => [name, supposedTool(supposing, tool)]))
  return {
    ...worldOfOneRun(recording, project, project.prices),
    ledger: new SupposedLedger({
      id: recording.ledger,
      tenant: recording.tenant,
      held: () => supposing.held(compiled.page.hash),
      now: () => supposing.time,
      unknownSum: (key) => supposing.assumptions.add(`nothing had moved under \`${key}\`: it was not looked at then`),
    }),
    sealer: supposedSealer(supposing),
    clock: { now: () => supposing.time, monotonic: () => supposing.time, wait: async () => {} },
    random: countingRandomness(),
    charters: charterBookOf(async () => compiled),
    breakers: { admits: async () => !supposing.breakerOpen, note: async () => {} },
    spending: { reserve: async () => ({ settle: () => {} }), close: async () => {} },
    toolsOf: () => tools,
    model: async () => supposing.model,
    calls: supposing.calls,
  }
}

/** What it looks up in the world is what it found then; its schemas and its `check` are those that are supposed. */
function supposedTool(supposing: Supposing, tool: Tool): Tool {
  const { facts, preview, factsSchema } = tool
  const gathered = (input: unknown) => {
    const found = supposing.past.gatheredFor(tool.name, input as Json)
    if (found) return found
    throw supposing.leave({ why: 'not_looked_up_then', tool: tool.name })
  }
  return {
    ...tool,
    subjects: async (input: unknown, gathering: Gathering): Promise<Subjects> => {
      const failed = supposing.past.ungathered(tool.name, input as Json)
      if (failed) await failAgain(supposing, failed, gathering)
      return subjectsIn(gathered(input))
    },
    ...(facts && { facts: (input: unknown) => gathered(input).facts }),
    ...(factsSchema && { factsSchema: asItIs(factsSchema) }),
    ...(preview && { preview: (input: unknown) => gathered(input).preview ?? {} }),
  }
}

/** What kept it from being gathered then keeps it now, but for a read that would be allowed. */
async function failAgain({ past }: Supposing, judged: LedgerEvent, gathering: Gathering): Promise<void> {
  const read = refusedReadIn(past, judged)
  if (read) await gathering.read({ name: read.tool } as Tool, read.asked)
  else throw failureIn(past, judged)
}

/** Names as the ledger names, and keeps what it is given. */
function supposedSealer({ past, contents }: Supposing): Sealer {
  const { naming } = past.recording
  return {
    prepare: async () => {},
    seal: (stream, n, ofClass, value): { payload: SealedPayload; ref: PayloadRef } => {
      contents.set(`${stream} ${n}`, value)
      const payload = { stream, n, class: ofClass, ciphertext: new Uint8Array() }
      return { payload, ref: { n, class: ofClass, sha256: '' } }
    },
    open: ({ stream, n }) => contents.get(`${stream} ${n}`) ?? past.recording.content(stream, n) ?? null,
    pseudonym: (kind, value) => naming.pseudonym(kind, value),
    digest: (value) => naming.digest(value),
    erase: async () => 0,
    close: async () => {},
  }
}

/** Names of what is supposed need to differ, and no more: the same supposition gives the same ones. */
function countingRandomness(): Randomness {
  let count = 0
  return {
    bytes: (length) => {
      count += 1
      return Uint8Array.from({ length }, (_, place) => (count >> (5 * (length - 1 - place))) & 31)
    },
  }
}
