import { deviating, type Mutation, type Source, withArguments } from './mutation.ts'

const reasons = ['', 'No longer needed', 'no longer needed ', 'found it cheaper']

/** A cancellation for a reason that is not among those allowed, some of them hardly different. */
export function otherReasons({ writes }: Source): readonly Mutation[] {
  return writes
    .filter(({ call }) => call.name === 'cancel_pending_order')
    .flatMap((write) =>
      reasons.map((reason) => {
        const call = withArguments(write.call, { reason })
        return deviating(write, { class: 'reason-outside-enum', stoppedBy: 'schema', call })
      }),
    )
}
