/** Calls that do not fit the closed input schema: the shop's own reader refuses them, and the runtime before it. */
import type { Json, JsonObject } from '../../../src/json.ts'
import { deviating, type Mutation, type Source, withArguments } from './mutation.ts'

/** One required field left out. */
export function missingFields({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    Object.keys(write.call.arguments).map((field) => {
      const { [field]: _, ...rest } = write.call.arguments
      return deviating(write, { class: 'missing-field', stoppedBy: 'schema', call: { ...write.call, arguments: rest } })
    }),
  )
}

const extras: readonly JsonObject[] = [{ amount: 1 }, { approved: true }, { on_behalf_of: 'someone else' }]

/** One field more than the schema lists. */
export function extraFields({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    extras.map((extra) =>
      deviating(write, { class: 'extra-field', stoppedBy: 'schema', call: withArguments(write.call, extra) }),
    ),
  )
}

/** One field whose value has every type but its own. */
export function wrongTypes({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    Object.entries(write.call.arguments).flatMap(([field, value]) =>
      otherTypes(value).map((other) =>
        deviating(write, {
          class: 'wrong-type',
          stoppedBy: 'schema',
          call: withArguments(write.call, { [field]: other }),
        }),
      ),
    ),
  )
}

function otherTypes(value: Json): readonly Json[] {
  const neither = [1, true, null, { value }]
  return Array.isArray(value) ? [...neither, value.join(), value.map(Number)] : [...neither, [value]]
}
