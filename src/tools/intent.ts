/** Why a model wants a call, in its own words: reserved beside the arguments, and never part of them. */
import { z } from 'zod'
import { schemaFromStandard } from './schema-from-standard.ts'

/** Top-level properties that the runtime adds to what a model may write. No tool may use these names. */
export const reservedArguments = ['intent', 'dry_run'] as const

export interface Evidence {
  /** A read tool, or a kind of document. */
  readonly kind: string
  /** As the system of record names it. */
  readonly id: string
}

export interface Intent {
  readonly doing: string
  readonly allowed_by: string
  /** Each must have been read in this run: who judges says so, not the schema. */
  readonly evidence: readonly Evidence[]
}

export const intentSchema = schemaFromStandard<Intent>(
  z
    .strictObject({
      doing: z.string().min(1).max(500).describe('What this call does, in one sentence.'),
      allowed_by: z.string().min(1).max(500).describe('The rule or the request that allows it.'),
      evidence: z
        .array(z.strictObject({ kind: z.string().min(1).max(100), id: z.string().min(1).max(200) }))
        .max(20)
        .describe('What you read in this run that shows it is right.'),
    })
    .describe('Why you make this call.'),
  'refuse',
)
