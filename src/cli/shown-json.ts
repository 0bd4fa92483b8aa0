import type { Json } from '../json.ts'

/** What JSON makes of a value of our own types: keys without a value fall out. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value) ?? 'null')
