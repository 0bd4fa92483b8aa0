/** Values in fields that a tool's own schema classifies, and the same values in fields that it does not. */
import { z } from 'zod'
import type { Json } from '../../src/json.ts'
import { pii, secret } from '../../src/tools/classification.ts'
import type { Schema } from '../../src/tools/schema.ts'
import { schemaFromStandard } from '../../src/tools/schema-from-standard.ts'
import type { Random } from '../tau-retail/random.ts'
import { lower, pick, text } from './case.ts'

export interface ClassifiedCase {
  readonly schema: Schema
  readonly value: Json
  /** Texts that must go, and texts that must stay. */
  readonly hidden: readonly string[]
  readonly shown: readonly string[]
}

type Name = 'flat' | 'nested' | 'list' | 'strings' | 'record' | 'whole' | 'optional' | 'either'

const shapes: Readonly<Record<Name, z.ZodType>> = {
  flat: z.strictObject({ name: pii(z.string()), note: z.string() }),
  nested: z.strictObject({ customer: z.strictObject({ name: pii(z.string()), tier: z.string() }), note: z.string() }),
  list: z.strictObject({ people: z.array(z.strictObject({ name: pii(z.string()), role: z.string() })) }),
  strings: z.strictObject({ names: z.array(pii(z.string())), tags: z.array(z.string()) }),
  record: z.strictObject({ sessions: z.record(z.string(), secret(z.string())), note: z.string() }),
  whole: z.strictObject({ address: pii(z.strictObject({ street: z.string(), city: z.string() })), note: z.string() }),
  optional: z.strictObject({ token: secret(z.string()).optional(), note: z.string() }),
  either: z.strictObject({
    to: z.union([z.strictObject({ person: pii(z.string()) }), z.strictObject({ team: z.string() })]),
  }),
}

const names = Object.keys(shapes) as [Name, ...Name[]]

export function drawClassified(random: Random): ClassifiedCase {
  const said = () => `${text(random, lower, 5 + random.below(8))} ${text(random, lower, 4 + random.below(8))}`
  const [one, two, three, four] = [said(), said(), said(), said()]
  const name = pick(random, names)
  const schema = schemaFromStandard(shapes[name], 'refuse')
  const drawn: Readonly<Record<Name, Omit<ClassifiedCase, 'schema'>>> = {
    flat: { value: { name: one, note: two }, hidden: [one], shown: [two] },
    nested: { value: { customer: { name: one, tier: two }, note: three }, hidden: [one], shown: [two, three] },
    list: {
      value: {
        people: [
          { name: one, role: two },
          { name: three, role: four },
        ],
      },
      hidden: [one, three],
      shown: [two, four],
    },
    strings: { value: { names: [one, two], tags: [three] }, hidden: [one, two], shown: [three] },
    record: { value: { sessions: { a: one, b: two }, note: three }, hidden: [one, two], shown: [three] },
    whole: { value: { address: { street: one, city: two }, note: three }, hidden: [one, two], shown: [three] },
    optional: { value: { token: one, note: two }, hidden: [one], shown: [two] },
    either:
      random.below(2) === 0
        ? { value: { to: { person: one } }, hidden: [one], shown: [] }
        : { value: { to: { team: one } }, hidden: [], shown: [one] },
  }
  return { schema, ...drawn[name] }
}
