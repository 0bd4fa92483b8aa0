/** Puts each mutation into a copy of the source, and replays the samples there until one comes out otherwise. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { copySource, type SourceCopy } from '../patched-source.ts'
import type { FoundDifference, Sought } from './mutant-process.ts'
import type { Mutation } from './mutation.ts'

const run = promisify(execFile)

export interface TriedMutation {
  readonly mutation: Mutation
  readonly found: FoundDifference | undefined
  /** Why nothing can be said: its process came to nothing. */
  readonly broken?: string
}

export interface TryingMutations {
  /** A file of samples. */
  readonly samples: string
  /** How long one mutation may take: what takes longer has gone round in circles. */
  readonly mostMs: number
  readonly lanes: number
  progress(text: string): void
}

export async function tryMutations(
  mutations: readonly Mutation[],
  trying: TryingMutations,
): Promise<readonly TriedMutation[]> {
  const waiting = [...mutations]
  const tried: TriedMutation[] = []
  const lane = async (): Promise<void> => {
    using copy = copySource()
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift())
      tried.push(await tryMutation(copy, mutation, trying))
  }
  await Promise.all(Array.from({ length: trying.lanes }, lane))
  return tried
}

async function tryMutation(copy: SourceCopy, mutation: Mutation, trying: TryingMutations): Promise<TriedMutation> {
  const tried = await copy
    .whilePatched(mutation, () => seek(copy.folder, trying))
    .then(({ found }): TriedMutation => ({ mutation, found }))
    .catch(
      (error): TriedMutation => ({ mutation, found: undefined, broken: String(error.stderr || error).slice(-600) }),
    )
  trying.progress(sayTried(tried))
  return tried
}

/** Of the project at a root. Throws when the process came to nothing. */
async function seek(root: string, { samples, mostMs }: TryingMutations): Promise<Sought> {
  const program = path.join(root, 'bench/replay/mutant-process.ts')
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(root, 'compiled') }
  const { stdout } = await run(process.execPath, [program, samples], { env, maxBuffer: 1 << 24, timeout: mostMs })
  return JSON.parse(stdout)
}

/** Nothing shows it, and nothing says that nothing could. */
export const isUnmet = ({ mutation, found, broken }: TriedMutation): boolean =>
  !found && !broken && !mutation.equivalent

export const nameOf = ({ file, find, replace }: Mutation): string =>
  `${file}: \`${find.trim()}\` made \`${replace.trim()}\``

function sayTried({ mutation, found, broken }: TriedMutation): string {
  const name = nameOf(mutation)
  if (found) return `${found.isFirst ? '✔' : '✖'} ${name}: event ${found.seq} of ${found.stream} at \`${found.part}\``
  return `${mutation.equivalent ? '=' : '✖'} ${name}: ${broken ?? mutation.equivalent ?? 'every sample comes out the same'}`
}
