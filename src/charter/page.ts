/** The page as read: every key of DESIGN.md section 2, durations in milliseconds, money in minor units, defaults filled in. */
import type { Place } from '../errors.ts'
import type { Risk } from '../tools/tool.ts'

/** From most to least autonomy; a stop lowers along the same scale. */
export const stages = ['observe', 'draft', 'gated', 'auto'] as const
export type Stage = (typeof stages)[number]

export type Escalation = 'ask_requester' | 'handoff_to_human' | 'halt'

export interface ApprovalStep {
  /** A group of the group file, or `subject:KIND`: the person whom the action's subject of that kind names. */
  readonly from: string
  readonly count: number
  readonly expiresInMs: number
}

/** Minor units of the currency, read from the text of the page: `49.90` in usd is `{ minor: 4990, currency: 'usd' }`. */
export interface Money {
  readonly minor: number
  readonly currency: string
}

export interface ToolLimit {
  /** The argument that is summed (`amount` for `amount_usd`), or `calls` for a count. */
  readonly measure: string
  /** Of a sum of money; `max` is then in its minor units. */
  readonly currency?: string
  readonly per: string
  readonly withinMs: number
  readonly max: number
}

export interface ToolRules {
  readonly allowed: boolean
  readonly risk?: Risk
  /** The grant must name the subject of this kind. */
  readonly subject?: string
  readonly maxAmount?: Money
  readonly requireApprovalOver?: Money
  readonly requireCitation: boolean
  readonly requireIntent: boolean
  readonly once?: { readonly per: string; readonly withinMs: number }
  readonly approval?: readonly ApprovalStep[]
  readonly limits: Readonly<Record<string, ToolLimit>>
  /** Argument to the values it may take. */
  readonly within: Readonly<Record<string, readonly (string | number)[]>>
  readonly allowedFields?: readonly string[]
  readonly rate?: { readonly count: number; readonly withinMs: number }
  readonly fallback?: string
  readonly acceptConflict?: string
  readonly mode?: string
  readonly rowLevelSecurity?: boolean
  /** What an argument that carries an untrusted label may do. */
  readonly tainted?: Readonly<Record<string, 'deny' | 'ask' | 'allow'>>
  /** Known keys of this tool that nothing enforces yet: the tool is not callable. */
  readonly notEnforced: readonly string[]
}

/** `{{ticket}}` in a prompt, or `{{amount: number}}`. */
export interface PromptVariable {
  readonly name: string
  readonly type: 'text' | 'number' | 'flag'
}

/** Bounds of one run; absent means no bound. Money in micro-dollars. */
export interface RunBudget {
  readonly activeMs?: number
  readonly turns?: number
  readonly toolCalls?: number
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly costMicroUsd?: number
}

export interface Page {
  /** Pages without `charter: 1` are foreign: unknown keys are warnings. */
  readonly foreign: boolean
  /** SHA-256 over the canonical page with the prompt and the policy files it names, `sha256:…`. */
  readonly hash: string
  readonly agent: {
    readonly name: string
    readonly owner?: string
    readonly purpose?: string
    readonly stage: Stage
    readonly onBehalfOf: 'required' | 'optional'
  }
  readonly budget: RunBudget
  readonly perStep: { readonly toolCalls?: number; readonly retries: number }
  readonly sharedBudgets: { readonly dayMicroUsd?: number; readonly sessionMicroUsd?: number }
  readonly escalation: {
    readonly onBudgetExceeded: Escalation
    readonly onToolErrorRetriesExhausted: Escalation
  }
  readonly escalationRules: readonly {
    readonly metric: string
    readonly comparison: '>' | '>=' | '<' | '<='
    readonly value: number
    readonly action: Escalation
  }[]
  /** Text of the prompt file that the page names, and the variables in it in order of first use. */
  readonly prompt?: { readonly file: string; readonly text: string; readonly variables?: readonly PromptVariable[] }
  readonly onCall?: string
  readonly models: { readonly default?: string; readonly escalate?: string }
  readonly approvals: Partial<Record<Risk, readonly ApprovalStep[]>>
  readonly tools: Readonly<Record<string, ToolRules>>
  /** Cedar files that the page names, in page order. */
  readonly policies: readonly { readonly file: string; readonly text: string }[]
  readonly outcome?: { readonly name: string; readonly verify?: string; readonly unsafe?: readonly string[] }
  readonly slo?: {
    readonly success?: number
    readonly policyViolations?: number
    readonly p95Ms?: number
    readonly costPerOutcomeMicroUsd?: number
  }
  readonly knowledge?: { readonly sources?: readonly string[]; readonly maxAgeMs?: number }
  readonly logging?: {
    readonly traceId?: boolean
    readonly logToolArgs?: 'redact_pii'
    readonly storePromptsMs?: number
    readonly storeToolMetadataMs?: number
  }
  readonly environment?: string
  /** Known keys outside tools that nothing enforces yet: a run under this page is refused with `not_enforced`. */
  readonly notEnforced: readonly { readonly key: string; readonly place: Place }[]
  /** Where each key stands, by dotted path (`tools.request_refund.once`), for messages that come later; `''` is the page. */
  readonly places: Readonly<Record<string, Place>>
}
