/**
 * Whether content that was read back has the shape that it was written with. A shape looks at the members that it names
 * and leaves others alone, so that a later Charter may add one.
 */

export type Shape<Value> = (value: unknown) => value is Value

type Members<Value> = {
  readonly [Key in keyof Value]-?: Partial<Pick<Value, Key>> extends Pick<Value, Key>
    ? Shape<Value[Key] | undefined>
    : Shape<Value[Key]>
}

export const isText: Shape<string> = (value) => typeof value === 'string'
export const isNumber: Shape<number> = (value) => typeof value === 'number'
export const isTruth: Shape<boolean> = (value) => typeof value === 'boolean'
/** Any JSON at all. */
export const isGiven = <Value>(value: unknown): value is Value => value !== undefined

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function object<Value>(members: Members<Value>): Shape<Value> {
  const shapes = Object.entries<Shape<unknown>>(members)
  return (value): value is Value => isMap(value) && shapes.every(([name, fits]) => fits(value[name]))
}

/** A value under every name, whatever the names are. */
export const map =
  <Value>(fits: Shape<Value>): Shape<Readonly<Record<string, Value>>> =>
  (value): value is Readonly<Record<string, Value>> =>
    isMap(value) && Object.values(value).every(fits)

export const list =
  <Value>(fits: Shape<Value>): Shape<readonly Value[]> =>
  (value): value is readonly Value[] =>
    Array.isArray(value) && value.every(fits)

export const maybe =
  <Value>(fits: Shape<Value>): Shape<Value | undefined> =>
  (value): value is Value | undefined =>
    value === undefined || fits(value)

export const nullable =
  <Value>(fits: Shape<Value>): Shape<Value | null> =>
  (value): value is Value | null =>
    value === null || fits(value)

export const only =
  <const Value extends string | boolean>(...values: readonly Value[]): Shape<Value> =>
  (value): value is Value =>
    values.some((one) => one === value)

export const either =
  <One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> =>
  (value): value is One | Other =>
    one(value) || other(value)
