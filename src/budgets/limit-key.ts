/**
 * Under which key a limit's movements are summed. Every run that would move the same thing of the same subject draws on
 * one key, and dispatch locks it; a subject stands in it by pseudonym, kind included: `customer:3f…`.
 */

/** `limit:<tool>:<measure>:<kind>:<pseudonym>`: what moved of one argument, or `calls`, for one subject. */
export const limitKey = (tool: string, measure: string, subject: string): string =>
  `limit:${tool}:${measure}:${subject}`

/** `rate:<tool>`: calls of the tool, by whoever. */
export const rateKey = (tool: string): string => `rate:${tool}`

/** `once:<tool>:<kind>:<pseudonym>`: the business key of an effect that a subject may see only once in a while. */
export const onceKey = (tool: string, subject: string): string => `once:${tool}:${subject}`
