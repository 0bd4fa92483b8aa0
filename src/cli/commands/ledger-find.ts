import { CharterError, nearest } from '../../errors.ts'
import type { RuleText } from '../../traces/account.ts'
import { type FoundSubject, findByReference, findSubject, subjectKinds } from '../../traces/find-writes.ts'
import { readRedacted, type Seeing } from '../../traces/read-redacted.ts'
import { rulesOfRun } from '../../traces/rules-of-run.ts'
import { counted, plainly } from '../../traces/say.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
import type { TracedAction } from '../../traces/traced-action.ts'
import { accountOfWrite, sayStandings, type TracedWrite, touches, writeDocument, writesIn } from '../../traces/write.ts'
import type { Call } from '../call.ts'
import { beforeOption } from '../older.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { one, whole, withDefault } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { revealOptions, seeingOf } from '../reveal.ts'
import { deletionDocument, deletionsOf, sayDeletions } from '../say-deletions.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const ledgerFind = verb({
  name: 'ledger find',
  about:
    'The whole story of every write to something, from its number alone: who, why, by which rule, who agreed, what came of it.',
  help: [
    'The number may be that of anything that agents touch (an invoice, a ticket, a customer), with its kind before it or',
    'without; the number that the vendor gave a write; or the id of an effect, its key, an approval or a run.',
    'Only of one environment: those of another with --env. Exits with 10 where nothing is found. Personal data and secrets are',
    'taken out, as `charter run show` does.',
  ].join('\n'),
  args: { what: one('such as in_93K2, invoice:in_93K2 or re_1001', 'invoice:in_93K2') },
  options: {
    most: withDefault(whole('--most <number>', 'so many runs at most, the newest first'), 20),
    before: beforeOption('run'),
    look: withDefault(
      whole('--look <number>', "so many writes' answers are looked through for the vendor's number"),
      2000,
    ),
    ...revealOptions,
    ...placeOptions,
  },
  examples: ['ledger find invoice:in_93K2', 'ledger find in_93K2 --json', 'ledger find re_1001'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const seeing = await seeingOf(call, house, given)
      const groups = await find(house, given)
      const told = await Promise.all(groups.map((group) => tell(house, group, seeing)))
      call.answer(asJson({ sought: given.what, found: told.map(({ document }) => document) }), () =>
        told.flatMap(({ lines }, index) => (index === 0 ? lines(call) : ['', ...lines(call)])),
      )
      if (groups.some(({ isCut }) => isCut))
        call.note(`older ones with --before ${groups[0]?.runs.at(-1)} or a larger --most`)
      return 0
    }),
})

interface Sought {
  readonly what: string
  readonly most: number
  readonly before: string | undefined
  readonly look: number
}

/** What was found under one reading of the number. */
interface Group {
  /** `invoice in_93K2`, `vendor's number re_1001`. */
  readonly name: string
  readonly by: 'subject' | 'reference' | 'effect' | 'approval' | 'run'
  readonly subject?: FoundSubject
  readonly runs: readonly string[]
  /** There are older runs. */
  readonly isCut: boolean
  isMeant(action: TracedAction): boolean
}

/** Throws `subject_not_found`, saying what was tried and the nearest kind. */
async function find(house: OpenHouse, sought: Sought): Promise<readonly Group[]> {
  const known = await subjectKinds(house)
  const named = splitKind(sought.what)
  const isKind = named !== undefined && known.includes(named.kind)
  const subjects = isKind
    ? await findSubject(house, { ...sought, most: sought.most + 1, id: named.id, kinds: [named.kind] })
    : await findSubject(house, { ...sought, most: sought.most + 1, id: sought.what, kinds: known })
  if (subjects.length > 0) return subjects.map((subject) => ofSubject(subject, sought.most))
  const byId = await findById(house, sought.what)
  if (byId) return [byId]
  const { effects, looked, isCut } = await findByReference(house, { reference: sought.what, most: sought.look })
  if (effects.length === 0) throw notFound(sought, { known, named, isKind, looked, isCut })
  const ids = new Set(effects.map(({ effect }) => effect))
  return [
    {
      name: `the number ${plainly(sought.what)} of the vendor`,
      by: 'reference',
      runs: [...new Set(effects.map(({ run }) => run))],
      isCut: false,
      isMeant: ({ effects: own }) => own.some(({ effect }) => ids.has(effect)),
    },
  ]
}

const splitKind = (what: string): { kind: string; id: string } | undefined => {
  const [, kind, id] = /^([^:\s]+):(.+)$/s.exec(what) ?? []
  return kind === undefined || id === undefined ? undefined : { kind, id }
}

const ofSubject = (subject: FoundSubject, most: number): Group => ({
  name: `${plainly(subject.kind)} ${plainly(subject.id)}`,
  by: 'subject',
  subject,
  runs: subject.runs.slice(0, most).map(({ run }) => run),
  isCut: subject.runs.length > most,
  isMeant: touches(subject.subject),
})

async function findById({ ledger, tenant }: OpenHouse, id: string): Promise<Group | undefined> {
  const { effect, approval, run } = await ledger.find(tenant, {
    effect: { read: 'effect', effect: id },
    approval: { read: 'approval', approval: id },
    run: { read: 'run', run: id },
  })
  const found = { name: id, isCut: false } as const
  if (effect)
    return {
      ...found,
      by: 'effect',
      runs: [effect.run],
      isMeant: (action) => action.effects.some((own) => own.effect === id),
    }
  if (approval)
    return {
      ...found,
      by: 'approval',
      runs: [approval.run],
      isMeant: ({ waits }) => waits.some((wait) => wait.id === id),
    }
  return run ? { ...found, by: 'run', runs: [run.run], isMeant: () => true } : undefined
}

interface Tried {
  readonly known: readonly string[]
  readonly named: { kind: string; id: string } | undefined
  readonly isKind: boolean
  readonly looked: number
  readonly isCut: boolean
}

function notFound({ what }: Sought, { known, named, isKind, looked, isCut }: Tried): CharterError {
  const kinds = known.length === 0 ? 'nothing was touched yet' : `kinds that were touched: ${known.join(', ')}`
  const near = named && !isKind ? nearest(named.kind, known) : undefined
  const further = isCut
    ? `; only the answers to the newest ${counted(looked, 'write')} were looked through, more with --look`
    : ''
  return new CharterError('subject_not_found', `nothing in this ledger touched \`${what}\``, {
    param: 'what',
    hint: near === undefined || named === undefined ? `${kinds}${further}` : `did you mean \`${near}:${named.id}\`?`,
    details: { kinds: known, looked_through: looked },
  })
}

interface Told {
  readonly document: object
  lines(call: Call): string[]
}

async function tell(house: OpenHouse, group: Group, seeing: Seeing): Promise<Told> {
  const traces = await Promise.all(group.runs.map(async (run) => traceOf(await readRedacted(house, run, seeing))))
  const rules = new Map<Trace, RuleText>()
  for (const trace of traces) rules.set(trace, await rulesOfRun(house, trace))
  const writes = traces.flatMap((trace) => writesIn(trace, group.isMeant))
  const onlyRead = traces.filter((trace) => !writes.some((write) => write.trace === trace)).map(({ run }) => run)
  const textOf = ({ trace }: TracedWrite): RuleText => rules.get(trace) ?? (() => undefined)
  const deletions = await Promise.all(traces.map(async ({ run }) => [run, await deletionsOf(house, run)] as const))
  const erased = new Map(deletions.filter(([, of]) => of.length > 0))
  const { subject, by, name } = group
  return {
    document: {
      by,
      kind: subject?.kind,
      id: subject?.id,
      subject: subject?.subject,
      writes: writes.map((write) => ({
        ...writeDocument(write, textOf(write), house.sealer),
        erased: deletionDocument(erased.get(write.trace.run) ?? []),
      })),
      only_read_by: onlyRead,
    },
    lines: ({ paint }) => [
      paint.strong(`${name}: ${sayStandings(writes)}`),
      ...writes.flatMap((write) => [
        '',
        ...accountOfWrite(write, textOf(write), house.sealer),
        ...sayDeletions(erased.get(write.trace.run) ?? []).map((line) => `  ${line}`),
      ]),
      ...(onlyRead.length === 0 ? [] : ['', `read, and nothing written, by ${onlyRead.join(', ')}`]),
    ],
  }
}
