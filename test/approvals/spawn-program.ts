/** Runs a program in a process of its own, that says by messages how far it has come and dies with this one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { childEnvironment } from './child-environment.ts'

/** What a program says: a word, and what belongs to it. */
export interface Message {
  readonly said: string
  readonly codes?: readonly (string | null)[]
}

const longestMs = 20_000

export type Spawned = Awaited<ReturnType<typeof spawnProgram>>

/** Resolves when the program has said `ready`. */
export async function spawnProgram(ends: AsyncDisposableStack, program: string, options: object) {
  const child = fork(program, [JSON.stringify(options)], {
    env: childEnvironment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  ends.defer(kill)
  await saying(child, exited, 'ready')
  return {
    /** Resolves when it says so; rejects when it ends without, or does not in twenty seconds. */
    saying: (word: string) => saying(child, exited, word),
    tell: (word: string) => void child.send(word),
    pid: child.pid,
    /** It stands still, with everything that it holds. */
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    /** As the machine would: at once, nothing is tidied up. */
    kill,
  }
}

async function saying(child: ChildProcess, exited: Promise<unknown>, word: string): Promise<Message> {
  const limit = AbortSignal.timeout(longestMs)
  const said = new Promise<Message>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.said === word) resolve(message)
    })
    limit.addEventListener('abort', () => reject(new Error(`the process never said \`${word}\``)))
  })
  const ended = exited.then((): never => {
    throw new Error(`the process ended before it said \`${word}\``)
  })
  return Promise.race([said, ended])
}
