/**
 * Tools without their code, for a replay where the project is not at hand: what their schemas and their `check` said is
 * taken from the record instead of being asked again. All that the page and the engine decide is decided anew.
 */
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import { isJsonObject, type Json, partOf } from '../json.ts'
import { isPayloadRef, type LedgerEvent } from '../ledger/event.ts'
import { recordedPriceBook } from '../models/price-book.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { createProject, type Project } from '../replays/project.ts'
import type { Naming, Recording } from '../replays/recording.ts'
import type { SubjectRef } from '../runs/events.ts'
import { parseArguments } from '../tools/parse-arguments.ts'
import type { Validation } from '../tools/schema.ts'
import type { Tool } from '../tools/tool.ts'
import { toolOfContract } from '../tools/tool-contract.ts'

export interface RecordedTools {
  readonly project: Project
  /** A document that is known by its name alone keeps it. */
  naming(own: Naming): Naming
}

/** Nothing where the release is not kept. Throws `payload_erased` for one that was recorded before there were contracts. */
export async function recordedTools(recording: Recording): Promise<RecordedTools | undefined> {
  const { release } = recording
  if (!release) return undefined
  if (!release.contracts) throw noContracts(recording)
  const said = new SaidThen()
  const tools = new Map(release.contracts.map((contract) => [contract.name, toolOfContract(contract, said)]))
  await rememberAll(said, recording, tools)
  const project = createProject({ tools, prices: recordedPriceBook(release.prices), evaluator: createEvaluator() })
  return { project, naming: (own) => said.naming(own) }
}

/** What the code of tools said, by what it was asked. */
class SaidThen {
  readonly #validated = new Map<string, Validation<Json>>()
  readonly #checked = new Map<string, true | string>()
  readonly #documents = new Map<string, readonly SubjectRef[]>()
  readonly #refs = new Set<string>()

  rememberValidation(tool: string, asked: Json, validation: Validation<Json>): void {
    this.#validated.set(canonicalJson([tool, asked]), validation)
  }

  rememberCheck(tool: string, gathered: Json | undefined): void {
    const verdict = partOf(partOf(gathered, 'check'), 'verdict')
    const said = verdict === true || typeof verdict === 'string' ? verdict : undefined
    const [input, facts] = [partOf(gathered, 'input'), partOf(gathered, 'facts')]
    if (said !== undefined && input !== undefined && facts !== undefined)
      this.#checked.set(canonicalJson([tool, input, facts]), said)
  }

  rememberDocuments(tool: string, output: Json, documents: readonly SubjectRef[]): void {
    for (const { id } of documents) this.#refs.add(id)
    this.#documents.set(canonicalJson([tool, output]), documents)
  }

  validate(tool: string, value: Json): Validation<unknown> {
    return this.#validated.get(canonicalJson([tool, value])) ?? { ok: false, problems: [notRecorded] }
  }

  check(tool: string, input: unknown, facts: unknown): true | string {
    return this.#checked.get(canonicalJson([tool, input as Json, facts as Json])) ?? notRecorded.message
  }

  /** By the names that the record has of them. */
  documents(tool: string, output: unknown): readonly { id: string }[] {
    return (this.#documents.get(canonicalJson([tool, output as Json])) ?? []).map(({ id }) => ({ id }))
  }

  naming(own: Naming): Naming {
    return {
      digest: (value) => own.digest(value),
      pseudonym: (kind, value) => (this.#refs.has(value) ? value : own.pseudonym(kind, value)),
    }
  }
}

const notRecorded = { path: '', message: 'the tool was not asked this then' }

async function rememberAll(said: SaidThen, recording: Recording, tools: ReadonlyMap<string, Tool>): Promise<void> {
  const by = new Map(recording.events.flatMap((event) => keyOf(event).map((key) => [key, event] as const)))
  for (const event of recording.events) {
    if (event.type === 'action.proposed') await rememberProposal(said, recording, tools, by, event)
    const proposed = by.get(`proposed ${event.body.action}`)
    const tool = String(proposed?.body.tool)
    if (event.type === 'action.judged') rememberJudged(said, recording, tool, event)
    if (event.type === 'action.returned')
      rememberReturned(said, recording, tool, by.get(`judged ${event.body.action}`), event)
  }
}

function keyOf({ type, body }: LedgerEvent): string[] {
  if (type === 'turn.answered') return [`answered ${body.turn}`]
  return type === 'action.proposed' || type === 'action.judged' ? [`${type.slice(7)} ${body.action}`] : []
}

/** What the model wrote, or the person who edited it; and what became of it. */
async function rememberProposal(
  said: SaidThen,
  recording: Recording,
  tools: ReadonlyMap<string, Tool>,
  by: ReadonlyMap<string, LedgerEvent>,
  proposed: LedgerEvent,
): Promise<void> {
  const tool = tools.get(String(proposed.body.tool))
  const proposal = contentOf(recording, proposed, 'arguments')
  if (!tool || !isJsonObject(proposal)) return
  const validation = validationIn(proposal)
  if (proposed.body.edited_by !== undefined) return rememberEdit(said, recording, proposed, validation)
  const answer = by.get(`answered ${proposed.body.turn}`)
  const calls = answer && partOf(contentOf(recording, answer, 'answer'), 'toolCalls')
  const call = Array.isArray(calls) ? partOf(calls[Number(proposed.body.index)], 'argumentsText') : undefined
  const parsed = typeof call === 'string' ? await parseArguments(call, tool) : undefined
  if (parsed?.ok) said.rememberValidation(tool.name, parsed.input, validation)
}

function validationIn(proposal: { readonly [name: string]: Json }): Validation<Json> {
  if (proposal.readable === true) return { ok: true, value: proposal.input ?? null }
  return { ok: false, problems: (proposal.problems ?? []) as never }
}

/** What the person wrote stands in the stream of the question that the action before waited for. */
function rememberEdit(said: SaidThen, recording: Recording, { seq, body }: LedgerEvent, validation: Validation<Json>) {
  const waiting = recording.events.findLast(
    (event) => event.seq < seq && event.type === 'run.waiting' && event.body.action === body.edited_from,
  )
  const edits = recording.beside.get(`approval/${waiting?.body.id}`) ?? []
  const edit = edits.find(({ type }) => type === 'approval.edited')
  const edited = edit && contentOf(recording, edit, 'arguments')
  if (edited !== undefined) said.rememberValidation(String(body.tool), edited, validation)
}

/** The action's own gathering, or that of the read which was refused to it. */
function rememberJudged(said: SaidThen, recording: Recording, tool: string, judged: LedgerEvent): void {
  const content = contentOf(recording, judged, 'judged')
  said.rememberCheck(tool, partOf(content, 'gathered'))
  const read = partOf(content, 'read')
  const gathered = partOf(read, 'gathered')
  const [asked, input, name] = [partOf(read, 'asked'), partOf(gathered, 'input'), partOf(read, 'tool')]
  if (asked === undefined || input === undefined || typeof name !== 'string') return
  said.rememberCheck(name, gathered)
  said.rememberValidation(name, asked, { ok: true, value: input })
}

/** What a read brought in: the subjects that it was judged on, and the documents that it showed. */
function rememberReturned(
  said: SaidThen,
  recording: Recording,
  tool: string,
  judged: LedgerEvent | undefined,
  returned: LedgerEvent,
): void {
  const read = (returned.body.read ?? []) as object as readonly SubjectRef[]
  const subjects = (judged?.body.subjects ?? []) as object as readonly SubjectRef[]
  const output = contentOf(recording, returned, 'result')
  if (output !== undefined) said.rememberDocuments(tool, output, read.slice(subjects.length))
}

function contentOf(recording: Recording, { stream, body }: LedgerEvent, name: string): Json | undefined {
  const ref = body[name]
  return isPayloadRef(ref) ? recording.content(stream, ref.n) : undefined
}

const noContracts = ({ started }: Recording) =>
  new CharterError('payload_erased', `the contracts of the tools of release ${started.release.hash} are not kept`, {
    hint: 'replay it with the project: name its configuration with `--config`',
  })
