/**
 * A schema as the runtime uses it, made from any Standard Schema that can also say itself as JSON Schema
 * (zod, ArkType, Valibot through its adapter), so that nothing here knows a particular library.
 */
import type { Json, JsonObject } from '../json.ts'

/** How a field is to be treated wherever it is kept or shown. */
export type Classification = 'pii' | 'secret' | 'money'

export interface ClassifiedField {
  /** Where it stands: `['customer', 'email']`; `'*'` for each item of a list and each value of a record. */
  readonly path: readonly string[]
  readonly classification: Classification
  /** ISO code in lower case, for money. */
  readonly currency?: string
  /** The most that the vendor takes in one call, in minor units, for money. */
  readonly maxMinor?: number
}

/** What does not fit, and where: `items[2].sku`; an empty path is the whole value. */
export interface Problem {
  readonly path: string
  readonly message: string
}

export type Validation<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface Schema<Value = unknown> {
  /** What the model is shown: the input side, closed at every depth (`additionalProperties: false`). */
  readonly jsonSchema: JsonObject
  /** What policies see: the output side, after transforms (money is `{ minor, currency }`). */
  readonly outputJsonSchema: JsonObject
  readonly classified: readonly ClassifiedField[]
  /** Refuses unknown keys at every depth (a tool's answer and facts: drops them). Never throws. */
  validate(value: Json): Promise<Validation<Value>>
}
