/** The page's Cedar files, read and checked against its tools: what passes may be evaluated, what does not stops the page. */
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'
import { CharterError, nearest } from '../errors.ts'
import { askedSignatures } from '../policy/approval-use.ts'
import { countOf } from '../policy/ask.ts'
import type { RecordType } from '../policy/cedar-type.ts'
import type { FilePolicy } from '../policy/policy-file.ts'
import { readPolicyFile } from '../policy/policy-file.ts'
import type { Policy } from '../policy/policy-set.ts'
import { readPolicy } from '../policy/policy-set.ts'
import { checkReads, validatePolicy } from '../policy/validate-policies.ts'
import { groupsOf } from './compile-asks.ts'
import type { CompileProblem } from './compile-problem.ts'
import { collecting, toProblem } from './compile-problem.ts'
import type { ApprovalStep, Page } from './page.ts'

export interface Vocabulary {
  readonly schema: SchemaJson<string>
  readonly contexts: ReadonlyMap<string, RecordType>
  /** Whom each tool asks. */
  readonly steps: ReadonlyMap<string, readonly ApprovalStep[]>
}

/** The rules of all files, in page order; what is wrong with them goes to `problems`. */
export function compileFiles(page: Page, vocabulary: Vocabulary, problems: CompileProblem[]): Policy[] {
  const sources = page.policies.flatMap((file) => collecting(problems, () => readPolicyFile(file)) ?? [])
  return sources.flatMap((source) => collecting(problems, () => compilePolicy(source, vocabulary, problems)) ?? [])
}

function compilePolicy(source: FilePolicy, vocabulary: Vocabulary, problems: CompileProblem[]): Policy {
  const policy = readPolicy(source)
  refuseUngivable(policy, vocabulary.steps)
  const { errors, warnings } = validatePolicy(source, vocabulary.schema, vocabulary.contexts)
  const [first, ...others] = errors.length > 0 ? errors : checkReads(source, policy, vocabulary.contexts)
  problems.push(...others.map((error) => toProblem('error', error)))
  if (first !== undefined) throw first
  problems.push(...warnings.map((warning) => toProblem('warning', warning)))
  return policy
}

/** P3: a number of signatures that no asking can bring together would be a no in disguise. */
function refuseUngivable(policy: Policy, steps: Vocabulary['steps']): void {
  const tools = Array.from(steps).filter(([tool]) => policy.tools?.includes(tool) ?? true)
  for (const { group, count } of askedSignatures(policy.conditions)) {
    for (const [tool, asked] of tools) {
      const given = countOf(asked, group)
      if (given < count) throw ungivable(policy, tool, asked, `${group} >= ${count}`, given, group)
    }
  }
}

function ungivable(
  { id, place }: Policy,
  tool: string,
  steps: readonly ApprovalStep[],
  asked: string,
  given: number,
  group: string,
): CharterError {
  const near = given === 0 ? nearest(group, groupsOf(steps)) : undefined
  const most = given === 0 ? `ask nobody of \`${group}\`` : `give ${given} of \`${group}\` at most`
  return new CharterError(
    'policy_invalid',
    `policy \`${id}\` wants \`${asked}\`, and the approval steps of \`${tool}\` ${most}`,
    {
      hint:
        near === undefined
          ? 'add an approval step to the page, or narrow the rule to other tools'
          : `did you mean \`${near}\`?`,
      param: id,
      place,
    },
  )
}
