/**
 * Engine processes, one after the other on one ledger. While one works the next has loaded its code already, so that
 * killing takes its time and starting does not.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import type { Answers, EnginePlace, Heard, Question } from './questions.ts'

/** The process that was asked is gone; whether it did what it was asked nobody was told. */
export class EngineGone extends Error {}
/** It answered, and said no. */
export class EngineRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface EngineProgram {
  /** What runs it: Node, or a tracer and its options before it. */
  readonly command: readonly string[]
  readonly file: string
}

export const engineProgram: EngineProgram = {
  command: [process.execPath],
  file: path.join(import.meta.dirname, 'engine-process.ts'),
}

export interface Engine {
  readonly number: number
  /** Of the engine itself, whatever traces it. */
  readonly pid: number
  /** When it was told to go, milliseconds since 1970. */
  readonly wentAt: number
  /** Resolves when it moves runs, or is gone. */
  readonly ready: Promise<void>
  hasEnded(): boolean
  /** Throws `EngineGone` and `EngineRefused`. */
  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['ask']]>
  /** At once, nothing is tidied up. */
  kill(): Promise<void>
}

interface Waiting {
  resolve(answer: Answers[keyof Answers]): void
  reject(error: Error): void
}

/** Loads; goes when it is told its number. */
export function loadEngine(place: EnginePlace, program: EngineProgram = engineProgram, onTrouble = ignoreTrouble) {
  const child = spawnEngine(place, program)
  const exited = once(child, 'exit')
  const waiting = new Map<number, Waiting>()
  const loaded = Promise.withResolvers<number>()
  const ready = Promise.withResolvers<void>()
  let asked = 0

  child.on('message', (heard: Heard) => {
    switch (heard.said) {
      case 'loaded':
        return loaded.resolve(heard.pid)
      case 'ready':
        return ready.resolve()
      case 'trouble':
        return onTrouble(heard.code, heard.message)
      case 'answer':
        return waiting.get(heard.n)?.resolve(heard.answer)
      case 'error':
        return waiting.get(heard.n)?.reject(new EngineRefused(heard.code, heard.message))
    }
  })
  // What it said before it died is read first: `exit` comes earlier than the end of the channel.
  child.once('disconnect', () => {
    loaded.resolve(0)
    ready.resolve()
    for (const { reject } of waiting.values()) reject(new EngineGone())
  })

  return async function go(number: number): Promise<Engine> {
    const pid = await loaded.promise
    if (!child.connected) throw new Error('an engine ended before it was told to go: see what it said')
    child.send({ said: 'go', engine: number })
    return {
      number,
      pid,
      wentAt: Date.now(),
      ready: ready.promise,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['ask']]> {
        if (!child.connected) return Promise.reject(new EngineGone())
        const n = ++asked
        const answered = new Promise<Answers[Asked['ask']]>((resolve, reject) => {
          waiting.set(n, { resolve: (answer) => resolve(answer as Answers[Asked['ask']]), reject })
        })
        child.send({ said: 'ask', n, ...question }, () => {})
        return answered.finally(() => waiting.delete(n))
      },
      async kill() {
        process.kill(pid, 'SIGKILL')
        await exited
      },
    }
  }
}

/** One line of engines, each told to go when the one before is gone. */
export function createEngines(place: EnginePlace, program?: EngineProgram, onTrouble?: typeof ignoreTrouble) {
  let spare = loadEngine(place, program, onTrouble)
  let number = 0
  let current = Promise.withResolvers<Engine>()
  return {
    /** The engine that is there, or will be. */
    current: (): Promise<Engine> => current.promise,
    async next(): Promise<Engine> {
      const go = spare
      const engine = await go(++number)
      spare = loadEngine(place, program, onTrouble)
      current.resolve(engine)
      return engine
    },
    async kill(engine: Engine): Promise<void> {
      current = Promise.withResolvers()
      await engine.kill()
    },
    /** Ends the one that waits for its turn. */
    async close(): Promise<void> {
      const last = await spare(0)
      await last.kill()
    },
  }
}

export type Engines = ReturnType<typeof createEngines>

const ignoreTrouble = (_code: string, _message: string): void => {}

function spawnEngine(place: EnginePlace, { command: [program = '', ...args], file }: EngineProgram): ChildProcess {
  return spawn(program, [...args, file, JSON.stringify(place)], {
    // They all load the same modules, so they share what compiling gave.
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'charter-compile-cache') },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}
