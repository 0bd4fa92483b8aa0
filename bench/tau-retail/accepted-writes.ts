/** The writes of the truth that the shop accepts, each with the state just before it: what mutations deviate from. */
import type { Snapshot } from '../../examples/retail/snapshot.ts'
import type { Call } from './data.ts'
import type { RunScript } from './run-script.ts'

export interface AcceptedWrite {
  readonly task: string
  readonly call: Call
  /** Id of the user on the line. */
  readonly customer: string
  /** The accepted writes of the task that came before. */
  readonly earlier: readonly Call[]
  readonly before: Snapshot
  readonly after: Snapshot
}

export function acceptedWrites(scripts: readonly RunScript[]): readonly AcceptedWrite[] {
  return scripts.flatMap(({ task, customer, steps }) => {
    if (customer === undefined) return []
    const writes = steps.filter(({ write, accepted }) => write && accepted)
    return writes.map(({ call, before, after }, index) => {
      const earlier = writes.slice(0, index).map((step) => step.call)
      return { task, call, customer, earlier, before, after }
    })
  })
}
