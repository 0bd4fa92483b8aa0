/**
 * Sealed payloads as they lie in storage, apart from what they hold: where there are any, and taking them away. The
 * events that name them stay as they are, so no chain breaks.
 */
export interface StoredPayloads {
  /** Streams that have payloads, in order of their names, after one of them. */
  streams(tenant: string, after: string, most: number): Promise<readonly string[]>
  of(tenant: string, stream: string): Promise<readonly StoredPayload[]>
  /** Returns how many there were; those that are gone already are no error. Durable when it returns. */
  remove(tenant: string, stream: string, ns: readonly number[]): Promise<number>
  /**
   * Whether what was removed can no longer be read from the files of the database: false where something else reads
   * the log at this moment. PostgreSQL overwrites when it vacuums, so there it says nothing of the files.
   */
  scrub(): Promise<boolean>
}

export interface StoredPayload {
  readonly n: number
  readonly class: string
}
