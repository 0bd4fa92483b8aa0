/**
 * A schema as the runtime uses it, made from any Standard Schema that can also say itself as JSON Schema
 * (zod, ArkType, Valibot through its adapter), so that nothing here knows a particular library.
 */
import type { Json, JsonObject } from '../json.ts'

/** How a field is to be treated wherever it is kept or shown. */
export type Classification = 'pii' | 'secret' | 'money'

export interface ClassifiedField {
  /** Where it stands: `['customer', 'email']`; `'*'` for each item of a list. */
  readonly path: readonly string[]
  readonly classification: Classification
  /** ISO code in lower case, for money. */
  readonly currency?: string
}

export type Validation<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly { path: string; message: string }[] }

export interface Schema<Value = unknown> {
  /** What the model is shown: the input side, closed at every depth (`additionalProperties: false`). */
  readonly jsonSchema: JsonObject
  /** What policies see: the output side, after transforms (money is `{ minor, currency }`). */
  readonly outputJsonSchema: JsonObject
  readonly classified: readonly ClassifiedField[]
  /** Refuses unknown keys at every depth. Never throws. */
  validate(value: Json): Promise<Validation<Value>>
}
