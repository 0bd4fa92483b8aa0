/** One shape of what is looked for, and what must hold beyond the shape. */
export interface Detector {
  readonly kind: string
  /** With the flag `g`. */
  readonly shape: RegExp
  /** The named group that is meant, where the shape is wider. */
  readonly part?: string
  /** True, or how many characters of it are meant, or from where to where. */
  accepts?(found: string, around: Around): boolean | number | Span
}

export type Span = readonly [from: number, to: number]

export interface Around {
  readonly before: string
  readonly after: string
}

export const digitsIn = (text: string): string => text.replaceAll(/\D/g, '')
