/** Makes the entries of the table of keys, and says of what type the values are that they hold. */
import type { Json } from '../json.ts'
import type { Key, Kind, Star } from './kind.ts'
import type { Order } from './order.ts'

interface KeyOptions<Value> {
  /** False where nothing holds it yet (P6), or the only values that are held. */
  enforced?: boolean | readonly Value[]
  aliases?: readonly string[]
  fallsBackTo?: Json
  star?: Star<Value>
}

type OptionalKey<Value> = Key<Value> & { readonly required: false }
type RequiredKey<Value> = Key<Value> & { readonly required: true }

/** The value is what the kind says; the order has to fit it. */
export function key<Value>(
  kind: Kind<Value>,
  order: Order<NoInfer<Value>>,
  about: string,
  options: KeyOptions<NoInfer<Value>> = {},
): OptionalKey<Value> {
  return { kind, order, about, enforced: true, aliases: [], ...options, required: false }
}

export function requiredKey<Value>(kind: Kind<Value>, order: Order<NoInfer<Value>>, about: string): RequiredKey<Value> {
  return { kind, order, about, enforced: true, aliases: [], required: true }
}

export type Keys = Readonly<Record<string, Key<unknown>>>
export type ValueOf<AKey> = AKey extends { readonly kind: Kind<infer Value> } ? Value : never
type RequiredName<All> = { [Name in keyof All]: All[Name] extends { required: true } ? Name : never }[keyof All]
export type Values<All> = { readonly [Name in RequiredName<All>]: ValueOf<All[Name]> } & {
  readonly [Name in Exclude<keyof All, RequiredName<All>>]?: ValueOf<All[Name]>
}

export function isEnforced<Value>(each: Key<Value>, value: Value): boolean {
  return typeof each.enforced === 'boolean' ? each.enforced : each.enforced.includes(value)
}
