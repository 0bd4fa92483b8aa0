/** What becomes of a question to the customer: the yes that it asks for, or what looks like one and must not count. */
import { answerApproval } from '../../../src/commands/answer-approval.ts'
import { isCharterError } from '../../../src/index.ts'
import type { Lane } from './lane.ts'

/** An approval that was given and used up, and what it was given for. */
export interface SpentApproval {
  readonly approval: string
  readonly digest: string
}

/** One yes, through the command that people use. Answers with the code that refused it, or with `accepted`. */
export async function grant(
  { runtime }: Lane,
  yes: { approval: string; by: string; groups?: readonly string[]; digest?: string },
): Promise<string> {
  try {
    await answerApproval(runtime.house, { groups: [], ...yes, answer: { type: 'grant' } })
    return 'accepted'
  } catch (error) {
    if (isCharterError(error)) return error.code
    throw error
  }
}

/** The customer says yes to each question; one that is not theirs stays open. */
export function asCustomer(lane: Lane, customer: string | undefined) {
  return async (approval: string): Promise<boolean> =>
    (await grant(lane, { approval, by: customer ?? '' })) === 'accepted'
}

/** Answers that must not count. Each is noted with the code that refused it, or with `accepted`. */
export function wrongAnswers(lane: Lane, customer: string, note: (code: string) => void) {
  const attempt = async (yes: Parameters<typeof grant>[1]) => note(await grant(lane, yes))
  return {
    /** The customer's yes to another question. */
    otherDigest: (approval: string, digest: string) => attempt({ approval, by: customer, digest }),
    /** Another customer's yes, and that of the agent itself, who claims to be asked. */
    async otherPrincipal(approval: string) {
      const other = lane.shop.ids('users').find((id) => id !== customer) ?? ''
      await attempt({ approval, by: other })
      await attempt({ approval, by: `agent:${lane.guarded.name}`, groups: ['subject:customer'] })
    },
    /** The customer's earlier yes to the same write: said again, and shown for the new question. */
    async alreadySpent(approval: string, spent: SpentApproval) {
      await attempt({ approval: spent.approval, by: customer })
      await attempt({ approval, by: customer, digest: spent.digest })
    },
  }
}

export async function readDigest({ runtime }: Lane, approval: string): Promise<string> {
  const { ledger, tenant } = runtime.house
  const { row } = await ledger.find(tenant, { row: { read: 'approval', approval } })
  if (!row) throw new Error(`no approval \`${approval}\``)
  return row.digest
}
