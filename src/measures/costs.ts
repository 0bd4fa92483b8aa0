/** What the ledger cannot know: what an hour of people costs, and what a call of a tool does. */

export interface Costs {
  /** Micro-dollars; absent, the line of people is not measured. */
  readonly peoplePerHour?: number
  /** How long a person takes over one signature: an approval has no beginning that anybody records. */
  readonly msPerSignature: number
  /** Micro-dollars a call by the name of the tool; a tool that is not named costs nothing. */
  readonly toolFees: Readonly<Record<string, number>>
}

export const noCosts: Costs = { msPerSignature: 0, toolFees: {} }

const msPerHour = 3_600_000

/** Whole micro-dollars for the time of people; rounded once for each run, so that sums of runs stay whole. */
export const costOfPeople = (ms: number, { peoplePerHour = 0 }: Costs): number =>
  Math.round((ms * peoplePerHour) / msPerHour)
