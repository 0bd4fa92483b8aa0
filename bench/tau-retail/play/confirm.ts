/** What becomes of a question to the customer: the yes that it asks for, or what looks like one and must not count. */
import { answerApproval } from '../../../src/commands/answer-approval.ts'
import { isCharterError } from '../../../src/errors.ts'
import type { Lane } from './lane.ts'

/** An approval that was given and used up, and what it was given for. */
export interface SpentApproval {
  readonly approval: string
  readonly digest: string
}

/** The customer says yes, through the command that people use. */
export function asCustomer({ runtime }: Lane, customer: string | undefined) {
  return async (approval: string): Promise<boolean> => {
    await answerApproval(runtime.house, { approval, by: customer ?? '', groups: [], answer: { type: 'grant' } })
    return true
  }
}

/** Answers that must not count. Each is noted with the code that refused it, or with `accepted`. */
export function wrongAnswers({ runtime, guarded, shop }: Lane, customer: string, note: (code: string) => void) {
  const attempt = async (
    approval: string,
    by: string,
    { digest, groups = [] }: { digest?: string; groups?: string[] },
  ) => {
    try {
      await answerApproval(runtime.house, { approval, by, groups, digest, answer: { type: 'grant' } })
      note('accepted')
    } catch (error) {
      if (!isCharterError(error)) throw error
      note(error.code)
    }
  }
  return {
    /** The customer's yes to another question. */
    otherDigest: (approval: string, digest: string) => attempt(approval, customer, { digest }),
    /** Another customer's yes, and that of the agent itself, who claims to be asked. */
    async otherPrincipal(approval: string) {
      const other = shop.ids('users').find((id) => id !== customer) ?? ''
      await attempt(approval, other, {})
      await attempt(approval, `agent:${guarded.name}`, { groups: ['subject:customer'] })
    },
    /** The customer's earlier yes to the same write: said again, and shown for the new question. */
    async alreadySpent(approval: string, spent: SpentApproval) {
      await attempt(spent.approval, customer, {})
      await attempt(approval, customer, { digest: spent.digest })
    },
  }
}

export async function readDigest({ runtime }: Lane, approval: string): Promise<string> {
  const { ledger, tenant } = runtime.house
  const { row } = await ledger.find(tenant, { row: { read: 'approval', approval } })
  if (!row) throw new Error(`no approval \`${approval}\``)
  return row.digest
}
