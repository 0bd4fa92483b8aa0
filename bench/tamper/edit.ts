import type { Place } from './verdict.ts'

export type Kind = 'byte' | 'delete' | 'swap' | 'insert' | 'truncate' | 'rechained'

/** A copy of an export that is not as it was made. */
export interface Edit {
  readonly kind: Kind
  /** For people. */
  readonly what: string
  readonly bytes: Buffer
  /** One of these must be named. */
  readonly names: readonly Place[]
}
