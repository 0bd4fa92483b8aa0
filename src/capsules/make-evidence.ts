/** The evidence of one write out of the ledger: its story, with everything that the story was told from. */
import { CharterError, isCharterError, nearest } from '../errors.ts'
import type { Json } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { type Recording, readRecording } from '../replays/recording.ts'
import type { RuleText } from '../traces/account.ts'
import { readTrace, refsIn } from '../traces/read-trace.ts'
import { rulesOfRun } from '../traces/rules-of-run.ts'
import { type Trace, traceOf } from '../traces/trace.ts'
import type { TraceSource } from '../traces/trace-source.ts'
import {
  cutAtData,
  type Evidence,
  evidenceLine,
  evidenceText,
  hashOfPage,
  type SignedEvidence,
} from './evidence-format.ts'
import { evidencePage } from './evidence-page.ts'
import { effectIn, type StorySection, storyDocument, storySections, type WrittenEffect } from './evidence-story.ts'
import { type CapsuleHouse, exportRun } from './make-capsule.ts'
import { embedded } from './page-bytes.ts'
import { streamsOfRun } from './streams-of-run.ts'
import { requireClasses } from './withheld.ts'

export interface EvidenceWanted {
  readonly as: 'json' | 'page'
  /** Retention classes whose content stays here. */
  readonly withheld?: readonly string[]
}

/** The text of the file. Throws `effect_not_found`, and `usage` for a class that no content has. */
export async function makeEvidence(house: CapsuleHouse, effect: string, wanted: EvidenceWanted): Promise<string> {
  const said = await evidenceOf(house, effect, wanted.withheld ?? [])
  if (wanted.as === 'json') return `${evidenceLine(await sign(house, said))}\n`
  const { before, after } = cutAtData(evidencePage({ ...said, keyId: said.key_id }))
  const signed = await sign(house, { ...said, page_sha256: hashOfPage({ before, after }) })
  return `${before}${embedded(evidenceLine(signed))}${after}`
}

export interface ToldWrite {
  readonly written: WrittenEffect
  readonly story: Evidence['story']
  readonly sections: readonly StorySection[]
}

/** The story alone; what is withheld is not told. Throws `effect_not_found`, and `usage` for a class that no content has. */
export async function tellWrite(
  house: CapsuleHouse,
  effect: string,
  withheld: readonly string[] = [],
): Promise<ToldWrite> {
  const source = await sourceOf(house, effect)
  if (withheld.length > 0) requireClasses(withheld, await readRecording(house, runOf(effect)))
  const content: TraceSource['content'] = (ref) => (withheld.includes(ref.class) ? undefined : source.content(ref))
  const trace = traceOf({ ...source, content })
  const written = effectIn(trace, effect)
  if (!written) throw noEffect(effect, effectsIn(trace))
  const rules: RuleText = withheld.includes('charter') ? () => undefined : await rulesOfRun(house, trace)
  return {
    written,
    story: storyDocument(trace, written, rules) as { [name: string]: Json } as Evidence['story'],
    sections: storySections(trace, written, rules),
  }
}

async function sourceOf(house: CapsuleHouse, effect: string): Promise<TraceSource> {
  try {
    return await readTrace(house, runOf(effect))
  } catch (error) {
    throw isCharterError(error) && error.code === 'run_not_found' ? noEffect(effect) : error
  }
}

async function evidenceOf(house: CapsuleHouse, effect: string, withheld: readonly string[]): Promise<Evidence> {
  const { written, story, sections } = await tellWrite(house, effect, withheld)
  const run = runOf(effect)
  const recording = await readRecording(house, run)
  const shown = contentOf(recording, written)
  const { exported, keys } = await exportRun(
    house,
    recording,
    await streamsAbout(house, recording, written),
    ({ stream, n, class: ofClass }) =>
      !withheld.includes(ofClass) && (stream === `run/${run}` ? shown.has(n) : !stream.startsWith('release/')),
  )
  const { keyId, publicKey } = await house.keyring.signingKey()
  return {
    charter_evidence: 1,
    ledger: house.ledger.id,
    tenant: house.tenant,
    run,
    effect,
    at: house.clock.now(),
    key_id: keyId,
    public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    withheld: [...withheld].sort(),
    story,
    sections: sections.map(({ title, rows }) => ({ title, rows: rows.map(([label, text]) => [label, text]) })),
    keys: [...keys],
    exported,
    page_sha256: null,
  }
}

async function sign(house: CapsuleHouse, evidence: Evidence): Promise<SignedEvidence> {
  const { sign: signBytes } = await house.keyring.signingKey()
  const signature = await signBytes(Buffer.from(evidenceText(evidence)))
  return { evidence, signature: Buffer.from(signature).toString('base64') }
}

function noEffect(effect: string, known: readonly string[] = []): CharterError {
  const near = nearest(effect, known)
  const ofRun = known.length === 0 ? undefined : `that run has ${known.join(', ')}`
  return new CharterError('effect_not_found', `no effect \`${effect}\``, {
    param: 'effect',
    hint:
      near === undefined
        ? (ofRun ?? 'list the effects with `charter effect list --status all`')
        : `did you mean \`${near}\`?`,
  })
}

const effectsIn = ({ actions }: Trace): readonly string[] =>
  actions.flatMap(({ effects }) => effects.map(({ effect }) => effect))

/** Of an id that names no effect it is the id itself, which may be that of a run. */
const runOf = (effect: string): string => effect.replace(/:[^:]*$/, '')

/** Other questions of the run are none of the reader's business. */
async function streamsAbout(house: CapsuleHouse, recording: Recording, { action }: WrittenEffect) {
  const own = new Set(action.waits.map(({ id }) => id))
  const streams = await streamsOfRun(house, recording)
  return streams.filter((stream) => !/^(?:approval|handoff)\//.test(stream) || own.has(stream.replace(/^\w+\//, '')))
}

/** Numbers of the contents that events about this action name, and what the run was asked for. */
function contentOf({ events, started }: Recording, { action, effect }: WrittenEffect): ReadonlySet<number> {
  const waits = new Set(action.waits.map(({ id }) => id))
  const isAbout = ({ body }: LedgerEvent) =>
    body.action === action.proposed.action || body.effect === effect.effect || waits.has(String(body.id))
  const refs = events.filter(isAbout).flatMap(({ body }) => refsIn(body))
  return new Set([started.input.n, ...refs.map(({ n }) => n)])
}
