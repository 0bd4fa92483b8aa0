/**
 * The keys under which movements are summed: one for each thing that a page or a vendor bounds. Each begins with its
 * environment, because none crosses: what a rehearsal moves leaves production's limits alone.
 */

/** What a tool moves of a measure, per subject (a pseudonym, kind included). */
export const limitKey = (environment: string, tool: string, measure: string, subject: string): string =>
  `${environment}:limit:${tool}:${measure}:${subject}`

/** Calls of a tool by everybody: its vendor's rate, and the page's. */
export const rateKey = (environment: string, tool: string): string => `${environment}:rate:${tool}`

/** A subject that a tool may touch only once within its window. */
export const onceKey = (environment: string, tool: string, subject: string): string =>
  `${environment}:once:${tool}:${subject}`
