/** What a page becomes, and how it is judged by. */
import type { Mutation } from '../mutation.ts'

export const mutationsOfPolicies: readonly Mutation[] = [
  { file: 'src/policy/approval-use.ts', find: "effect === 'permit'", replace: "effect !== 'permit'" },
  {
    file: 'src/policy/approval-use.ts',
    find: '!speaksOfApprovals(expression) || asked(expression)',
    replace: 'false && (!speaksOfApprovals(expression) || asked(expression))',
  },
  {
    file: 'src/policy/approval-use.ts',
    find: "expression.of.is !== 'attribute'",
    replace: "expression.of.is === 'attribute'",
  },
  {
    file: 'src/policy/approval-use.ts',
    find: "expression.is !== 'attribute' && expression.is !== 'has'",
    replace: "expression.is !== 'attribute' || expression.is !== 'has'",
  },
  { file: 'src/policy/ask.ts', find: 'steps.length === 0', replace: 'steps.length !== 0' },
  { file: 'src/policy/ask.ts', find: "before.outcome === 'deny'", replace: "!(before.outcome === 'deny')" },
  {
    file: 'src/policy/ask.ts',
    find: 'steps.filter(({ from }) => from === group).reduce((sum, { count }) => sum + count, 0)',
    replace: 'steps.filter(({ from }) => from === group).reduce((sum, { count }) => sum + count, 1)',
  },
  {
    file: 'src/policy/ask.ts',
    find: "set.policies.find(({ id, effect }) => effect === 'forbid' && reasons.includes(id))",
    replace: "set.policies.findLast(({ id, effect }) => effect === 'forbid' && reasons.includes(id))",
  },
  {
    file: 'src/policy/evaluate.ts',
    find: "if (answer.type === 'failure') return { ...answer, warnings: [] }",
    replace: "if (!(answer.type === 'failure')) return { ...answer, warnings: [] }",
  },
  { file: 'src/policy/evaluate.ts', find: "decision === 'allow'", replace: "decision !== 'allow'" },
  { file: 'src/policy/policy-set.ts', find: 'id === policy.id', replace: 'id !== policy.id' },
  { file: 'src/policy/trim.ts', find: 'request.tool !== set.tool', replace: 'request.tool === set.tool' },
  {
    file: 'src/policy/evaluate.ts',
    find: 'memo.get(key) ?? readAnswer(ask(set, trimmed))',
    replace: 'readAnswer(ask(set, trimmed))',
    equivalent: 'what is remembered is what would be found again',
  },
  { file: 'src/policy/trim.ts', find: 'value === 0', replace: 'value === 1' },
  {
    file: 'src/policy/trim.ts',
    find: 'given === undefined ? attribute.absent : given',
    replace: 'given === undefined ? given : attribute.absent',
  },
  { file: 'src/policy/expression.ts', find: 'members.length === 0', replace: 'members.length === 1' },
  { file: 'src/policy/expression.ts', find: "typeof value === 'object'", replace: "typeof value !== 'object'" },
  { file: 'src/policy/attribute-reads.ts', find: "path.root === 'resource'", replace: "path.root !== 'resource'" },
  { file: 'src/charter/compile.ts', find: 'byName.get(name)?.approvalSteps ?? []', replace: '[]' },
  {
    file: 'src/charter/compile-argument.ts',
    find: "classification === 'money'",
    replace: "classification !== 'money'",
  },
  { file: 'src/charter/compile-asks.ts', find: "tool.kind === 'write'", replace: "false && (tool.kind === 'write')" },
  { file: 'src/charter/compile-asks.ts', find: "signed !== ''", replace: "signed === ''" },
  { file: 'src/charter/compile-asks.ts', find: "count === 1 ? '' : 's'", replace: "count === 1 ? 's' : ''" },
  {
    file: 'src/charter/compile-limits.ts',
    find: 'limit.currency !== undefined',
    replace: '!(limit.currency !== undefined)',
  },
  { file: 'src/charter/compile-rules.ts', find: 'rules.subject !== undefined', replace: 'rules.subject === undefined' },
  { file: 'src/charter/compile-rules.ts', find: 'rules.once ?? tool.once', replace: 'tool.once' },
  { file: 'src/policy/approval-use.ts', find: 'found === undefined', replace: 'found !== undefined' },
  {
    file: 'src/policy/attribute-reads.ts',
    find: "expression.is !== 'attribute' && expression.is !== 'has'",
    replace: "expression.is !== 'attribute' && expression.is === 'has'",
  },
  { file: 'src/charter/compile.ts', find: 'compiled !== undefined', replace: 'false && (compiled !== undefined)' },
  { file: 'src/charter/compile-rules.ts', find: 'max === undefined', replace: 'false && (max === undefined)' },
]
