/** Cases that somebody else wrote: the README beside this file has the format, of which `tasks.json` is an instance. */
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { isOperationName } from '../../examples/retail/operations.ts'
import { CharterError } from '../../src/errors.ts'
import type { JsonObject } from '../../src/json.ts'
import { errorMessage } from '../../src/tools/error-message.ts'
import type { Call } from './data.ts'

export interface GivenCase {
  readonly id: string
  /** Whom the case means. */
  readonly userId: string
  readonly actions: readonly Call[]
  /** Performed on the shop itself before the run begins. */
  readonly setUp: readonly Call[]
  /** Only these calls: no look-up and no reading is put in. */
  readonly asWritten: boolean
  /** Who says yes to every question: undefined for the customer, null for nobody. */
  readonly confirmedBy: string | null | undefined
}

const call = z.union([
  z.object({ name: z.string(), kwargs: z.record(z.string(), z.json()) }),
  z.object({ name: z.string(), arguments: z.record(z.string(), z.json()) }),
])

const cases = z.array(
  z.object({
    id: z.string(),
    user_id: z.string(),
    actions: z.array(call),
    set_up: z.array(call).default([]),
    as_written: z.boolean().default(false),
    confirmed_by: z.string().nullable().optional(),
  }),
)

/** Throws `usage` for a file that is not there or is not of this shape. */
export function readGivenCases(file: string): readonly GivenCase[] {
  const read = cases.safeParse(readJson(file))
  if (!read.success) throw unusable(`\`${file}\` holds no cases: ${z.prettifyError(read.error)}`)
  return read.data.map(({ id, user_id, actions, set_up, as_written, confirmed_by }) => ({
    id,
    userId: user_id,
    actions: actions.map(callOf),
    setUp: set_up.map(callOf),
    asWritten: as_written,
    confirmedBy: confirmed_by,
  }))
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw unusable(`the cases cannot be read: ${errorMessage(error)}`)
  }
}

const unusable = (message: string): CharterError => new CharterError('usage', message, { param: 'cases' })

function callOf(written: z.infer<typeof call>): Call {
  if (!isOperationName(written.name)) throw unusable(`the cases call \`${written.name}\`, which the shop does not have`)
  const input: JsonObject = 'kwargs' in written ? written.kwargs : written.arguments
  return { name: written.name, arguments: input }
}
