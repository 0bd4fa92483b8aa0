/** A fault planted in the product: one place in one file, and what a world must see of it. */
export interface Plant {
  readonly name: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Why a world that is not too kind sees it. */
  readonly seen: string
  /** Some hundred seeds pass before one sees it: for whole runs only. */
  readonly isRare?: true
}
