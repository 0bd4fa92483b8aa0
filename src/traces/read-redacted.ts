/** A run's trace for somebody who has no right to see its content in full: most readers, and every export. */
import { isJsonObject, partOf } from '../json.ts'
import { secretsAlone, shapesAndChecksums } from '../redaction/detect.ts'
import { type Redactor, together } from '../redaction/redactor.ts'
import type { ToolFields } from '../runs/release.ts'
import { releaseStream } from '../runs/release-book.ts'
import { openContent, readTrace, refsIn, type TraceReading } from './read-trace.ts'
import { redactorFor, redactSource } from './redact-source.ts'
import type { TraceSource } from './trace-source.ts'

export interface Seeing {
  /** The reader may see personal data. Secrets are for nobody. */
  readonly reveal?: boolean
  /** Looks beside the detectors, for somebody who may not see personal data: a model that knows more. */
  readonly redactor?: Redactor
}

/** Throws `run_not_found`. */
export async function readRedacted(from: TraceReading, run: string, seeing: Seeing = {}): Promise<TraceSource> {
  const source = await readTrace(from, run)
  return redactSource(source, await hiddenFields(from, source, seeing), hiddenBy(seeing))
}

/** Finds what a reader of the run may not see, in whatever came of it. Throws `run_not_found`. */
export async function redactorOfRun(from: TraceReading, run: string, seeing: Seeing): Promise<Redactor> {
  const source = await readTrace(from, run)
  return redactorFor(source, await hiddenFields(from, source, seeing), hiddenBy(seeing))
}

const hiddenBy = ({ reveal = false, redactor }: Seeing): Redactor =>
  reveal ? secretsAlone : together(shapesAndChecksums, ...(redactor ? [redactor] : []))

async function hiddenFields(from: TraceReading, source: TraceSource, { reveal = false }: Seeing) {
  const fields = await readFields(from, source)
  return reveal ? secretFields(fields) : fields
}

/** Of each tool, as its contract stood when the run was started; nothing of a release that nobody recorded. */
async function readFields(from: TraceReading, { events }: TraceSource): Promise<ReadonlyMap<string, ToolFields>> {
  const release = partOf(events[0]?.body.release, 'hash')
  if (typeof release !== 'string') return new Map()
  const stream = releaseStream(release)
  const [recorded] = await from.ledger.read(from.tenant, stream)
  const refs = refsIn(recorded?.body.content)
  const content = await openContent(from, stream, refs)
  const tools = partOf(content.get(refs[0]?.n ?? 0), 'tools')
  if (!Array.isArray(tools)) return new Map()
  return new Map(
    tools.flatMap((tool) => {
      const classified = partOf(tool, 'classified')
      return isJsonObject(classified)
        ? [[String(partOf(tool, 'name')), classified as object as ToolFields] as const]
        : []
    }),
  )
}

function secretFields(fields: ReadonlyMap<string, ToolFields>): ReadonlyMap<string, ToolFields> {
  const secrets = (of: ToolFields['input']) => of.filter(({ classification }) => classification === 'secret')
  return new Map(
    [...fields].map(([tool, { input, output, facts }]) => [
      tool,
      { input: secrets(input), output: secrets(output), facts: secrets(facts) },
    ]),
  )
}
