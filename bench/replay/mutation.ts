import type { Patch } from '../patched-source.ts'

/** A place of the source that is made to say something else. */
export interface Mutation extends Patch {
  /** Why no replay can come out otherwise by it. */
  readonly equivalent?: string
}
