/**
 * Finds writes from the outside in: by what they touched, as the system of record names it, or by the number that the
 * other side gave them. Subjects stand in the ledger as pseudonyms, so a name is made into one and looked up by key;
 * what vendors answered is sealed, so it is opened, the newest first, up to a bound.
 */

import type { Json } from '../json.ts'
import { partOf } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { isPayloadRef } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { EffectRow, Read, RunRow } from '../ledger/reads.ts'
import { openContent, type TraceReading } from './read-trace.ts'

export interface Finding extends TraceReading {
  readonly ledger: Pick<Ledger, 'read' | 'payloads' | 'find'>
  readonly sealer: TraceReading['sealer'] & { pseudonym(kind: string, value: string): string }
  readonly environment: string
}

export interface FoundSubject {
  readonly kind: string
  readonly id: string
  /** As events name it. */
  readonly subject: string
  /** Runs that touched it, the youngest first. */
  readonly runs: readonly RunRow[]
}

export interface SubjectSought {
  readonly id: string
  /** Every kind that the ledger knows, unless one is named. */
  readonly kinds: readonly string[]
  readonly most: number
  readonly before?: string | undefined
}

export async function subjectKinds({ ledger, tenant }: Finding): Promise<readonly string[]> {
  return (await ledger.find(tenant, { kinds: { read: 'subject_kinds' } })).kinds
}

/** Under each kind that anything was found under. */
export async function findSubject(from: Finding, sought: SubjectSought): Promise<readonly FoundSubject[]> {
  const { ledger, sealer, tenant, environment } = from
  const { id, kinds, most, before } = sought
  const found = kinds.map(async (kind) => {
    const subject = sealer.pseudonym(kind, id)
    const read = { read: 'runs_of_subject', kind, subject, environment, most } as const satisfies Read
    const { runs } = await ledger.find(tenant, { runs: before === undefined ? read : { ...read, before } })
    return { kind, id, subject, runs }
  })
  return (await Promise.all(found)).filter(({ runs }) => runs.length > 0)
}

export interface ReferenceFound {
  readonly effects: readonly EffectRow[]
  /** Effects whose answers were looked through. */
  readonly looked: number
  /** There are older ones that were not. */
  readonly isCut: boolean
}

const atOnce = 200

/** Effects that bear this key, or whose recorded answer has this very text somewhere in it. */
export async function findByReference(
  from: Finding,
  { reference, most }: { reference: string; most: number },
): Promise<ReferenceFound> {
  const effects: EffectRow[] = []
  let looked = 0
  for await (const page of committedEffects(from, most)) {
    looked += page.length
    effects.push(...(await answeringWith(from, page, reference)))
  }
  return { effects, looked, isCut: looked >= most }
}

async function* committedEffects({ ledger, tenant, environment }: Finding, most: number) {
  let left = most
  for (let before: string | undefined; left > 0; ) {
    const read = { read: 'effects', status: 'committed', environment, most: Math.min(atOnce, left) } as const
    const { page } = await ledger.find(tenant, { page: before === undefined ? read : { ...read, before } })
    if (page.length > 0) yield page
    if (page.length < read.most) return
    left -= page.length
    before = page.at(-1)?.effect
  }
}

async function answeringWith(from: Finding, page: readonly EffectRow[], reference: string): Promise<EffectRow[]> {
  const found: EffectRow[] = []
  for (const [run, effects] of Map.groupBy(page, (effect) => effect.run)) {
    const answered = await answeredEffects(from, run, reference)
    found.push(...effects.filter(({ effect, key }) => key === reference || answered.has(effect)))
  }
  return found
}

/** Only what was answered to writes is opened, not the whole run. */
async function answeredEffects(from: Finding, run: string, reference: string): Promise<ReadonlySet<string>> {
  const stream = `run/${run}`
  const answers = (await from.ledger.read(from.tenant, stream)).flatMap(answerIn)
  const opened = await openContent(
    from,
    stream,
    answers.map(({ ref }) => ref),
  )
  return new Set(answers.filter(({ ref }) => hasText(opened.get(ref.n), reference)).map(({ effect }) => effect))
}

function answerIn({ type, body }: LedgerEvent) {
  const ref = partOf(body, 'result')
  return type === 'effect.committed' && isPayloadRef(ref) ? [{ effect: String(body.effect), ref }] : []
}

function hasText(value: Json | undefined, wanted: string): boolean {
  if (typeof value === 'string') return value === wanted
  if (typeof value === 'number') return String(value) === wanted
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((part) => hasText(part as Json, wanted))
}
