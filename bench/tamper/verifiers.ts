/** Verifiers in processes of their own, fed with copies of exports as fast as they take them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { childEnvironment } from '../../test/approvals/child-environment.ts'
import { frameOf } from './frames.ts'
import type { Verdict } from './verdict.ts'

const root = path.resolve(import.meta.dirname, '../..')
/** Copies that a verifier has before it while it works. */
const ahead = 32

export interface Verifiers {
  /** Resolves when every copy was judged; copies are made only when there is somebody to take them. */
  judge<Copy extends { readonly bytes: Buffer }>(
    copies: Iterable<Copy>,
    each: (copy: Copy, verdict: Verdict) => void,
  ): Promise<void>
}

export interface VerifiersWanted {
  /** The file of the public key. */
  readonly key: string
  readonly count: number
  /** The folder of the sources that they run; the bench's own unless a control wants others. */
  readonly sources?: string
}

export function startVerifiers(ends: AsyncDisposableStack, wanted: VerifiersWanted): Verifiers {
  const verifiers = Array.from({ length: wanted.count }, () => startVerifier(ends, wanted))
  return {
    async judge(copies, each) {
      const left = copies[Symbol.iterator]()
      const work = verifiers.map((judgeOne) => takeTurns(left, judgeOne, each))
      await Promise.all(work)
    },
  }
}

/** So many at once as the verifier may have before it. */
async function takeTurns<Copy extends { readonly bytes: Buffer }>(
  left: Iterator<Copy>,
  judgeOne: (bytes: Buffer) => Promise<Verdict>,
  each: (copy: Copy, verdict: Verdict) => void,
): Promise<void> {
  const turn = async () => {
    for (let next = left.next(); !next.done; next = left.next()) each(next.value, await judgeOne(next.value.bytes))
  }
  await Promise.all(Array.from({ length: ahead }, turn))
}

function startVerifier(
  ends: AsyncDisposableStack,
  { key, sources = root }: VerifiersWanted,
): (bytes: Buffer) => Promise<Verdict> {
  const program = path.join(sources, 'bench/tamper/verifier-process.ts')
  const child = spawn(process.execPath, [program, key], { env: childEnvironment, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: { resolve(verdict: Verdict): void; reject(error: Error): void }[] = []
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
  const exited = once(child, 'exit')
  void exited.then(() => {
    for (const { reject } of waiting) reject(new Error('the verifier ended before it was done'))
  })
  ends.defer(async () => {
    child.stdin.end()
    await exited
  })
  return (bytes) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      for (const piece of frameOf(bytes)) child.stdin.write(piece)
    })
}
