/**
 * So many runs at once, each with a caller who starts it, answers what it asks and waits for its end. Whatever a caller
 * is told is written down here, outside the process that said it. An engine that goes away is asked again.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { randomOf } from '../tau-retail/random.ts'
import { EngineGone, EngineRefused, type Engines } from './engines.ts'
import { drawOrder, type Order } from './order.ts'
import type { Answers, Question, Settled } from './questions.ts'

export type Acknowledgement = { readonly at: number } & (
  | { readonly told: 'started'; readonly order: Order; readonly run: string }
  | { readonly told: 'settled'; readonly run: string; readonly result: Settled }
  | { readonly told: 'granted'; readonly run: string; readonly approval: string }
)

export interface CallersWanted {
  readonly engines: Pick<Engines, 'current'>
  readonly seed: number
  readonly count: number
  /** Signs from this process instead of through the engine. Throws where it could not. */
  readonly grantHere?: (approval: string) => Promise<void>
}

const untilNextMs = 5
const afterRefusalMs = 100
const patienceMs = 120_000

export type Callers = ReturnType<typeof createCallers>

export function createCallers({ engines, seed, count, grantHere }: CallersWanted) {
  const acknowledgements: Acknowledgement[] = []
  const refusals = new Map<string, number>()
  const random = randomOf(seed, 'orders')
  const signs = randomOf(seed, 'signers')
  let orders = 0
  let ended = 0
  let isOver = false
  let isAbandoned = false
  let lastMoved = Date.now()

  /** Until it is answered. */
  async function ask<Asked extends Question>(question: Asked): Promise<Answers[Asked['ask']]> {
    for (;;) {
      try {
        const engine = await engines.current()
        return await engine.ask(question)
      } catch (error) {
        if (error instanceof EngineGone) {
          await nextEngine()
          continue
        }
        if (!(error instanceof EngineRefused)) throw error
        if (error.code === 'approval_already_settled') throw error
        refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1)
        if (Date.now() - lastMoved > patienceMs) throw error
        await wait(afterRefusalMs)
      }
    }
  }

  /** Never, once nobody is to come. */
  const nextEngine = (): Promise<void> => (isAbandoned ? new Promise(() => {}) : wait(untilNextMs))

  function note(acknowledgement: Acknowledgement): void {
    lastMoved = acknowledgement.at
    acknowledgements.push(acknowledgement)
  }

  /** What failed is asked again: the run still waits for it. */
  async function grant(run: string, approval: string): Promise<void> {
    try {
      if (grantHere && signs.below(2) === 0) await grantHere(approval)
      else await ask({ ask: 'grant', approval })
    } catch (error) {
      // An answer that was lost had been taken after all; of this one, too, the caller has been told.
      if (codeOf(error) !== 'approval_already_settled') return void (await wait(afterRefusalMs))
    }
    note({ told: 'granted', at: Date.now(), run, approval })
  }

  async function playOne(): Promise<void> {
    const order = drawOrder(random, `o${++orders}`)
    const { run } = await ask({ ask: 'start', order })
    note({ told: 'started', at: Date.now(), order, run })
    for (;;) {
      const result = await ask({ ask: 'settle', run })
      note({ told: 'settled', at: Date.now(), run, result })
      if (result.status !== 'waiting') break
      for (const approval of result.approvals) await grant(run, approval)
    }
    ended += 1
  }

  async function play(): Promise<void> {
    while (!isOver) await playOne()
  }

  return {
    acknowledgements,
    /** How often a caller was told no, by code. */
    refusals,
    counts: () => ({ orders, ended }),
    lastMoved: () => lastMoved,
    /** Resolves once each caller's last run, begun before `finish`, has ended. */
    play: () => Promise.all(Array.from({ length: count }, play)),
    finish: () => {
      isOver = true
    },
    /** No engine will come any more: whoever still waits for one waits no longer. */
    abandon: () => {
      isAbandoned = true
    },
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
