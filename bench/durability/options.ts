import { readShortOption } from '../short-option.ts'

export interface Options {
  /** Of one recording: at least so many callers are answered. */
  readonly answers: number
  readonly cuts: number
  /** A sample only: counts that are required do not apply, zeros do. */
  readonly short: boolean
}

/** Throws `usage`. */
export const readOptions = (args: readonly string[]): Options =>
  readShortOption(args).short ? { answers: 120, cuts: 40, short: true } : { answers: 450, cuts: 220, short: false }
