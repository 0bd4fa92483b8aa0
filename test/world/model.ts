/** A provider that plays each run's conversation, takes its time, fails or hangs as planned, and counts what it charged. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { hang, providerError } from '../../src/models/misbehaviour.ts'
import type { ScriptedTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import { modelName } from './pages.ts'
import type { Plan } from './plan.ts'
import type { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** What a provider has charged, whoever heard the answer: micro-dollars, a token costing one. */
export interface Bill {
  calls: number
  microUsd: number
}

/** The runtime reserves by a guess at the tokens; this provider never counts more. */
const underTheEstimate = 0.85

export interface ModelParts {
  readonly plan: Plan
  readonly scheduler: Scheduler
  readonly random: Random
  readonly bill: Bill
  readonly isCalm: () => boolean
}

/** More turns than any conversation needs; a run that people send back asks again. */
const moreTurns: readonly ScriptedTurn[] = Array.from({ length: 12 }, () => ({ say: 'Nothing more.' }))

export function modelOf(process: Process, { plan, scheduler, random, bill, isCalm }: ModelParts): LanguageModelV4 {
  const conversations = Object.fromEntries(plan.runs.map(({ name, turns }) => [name, [...turns, ...moreTurns]]))
  const pick = (opening: string): string => JSON.parse(opening).run
  const scripted = scriptedModel({ id: modelName, conversations, pick })
  const faults = new Map(
    plan.faults.flatMap((fault) =>
      fault.kind === 'model_fails' || fault.kind === 'model_hangs' ? [[fault.call, fault.kind] as const] : [],
    ),
  )
  const doGenerate = (options: LanguageModelV4CallOptions) =>
    new Promise<Awaited<ReturnType<typeof scripted.doGenerate>>>((resolve, reject) => {
      if (!process.enters('model')) return
      bill.calls += 1
      const fault = isCalm() ? undefined : faults.get(bill.calls)
      // Charged for whoever is there to hear it.
      const answer = scripted.doGenerate(options).then((result) => {
        const { inputTokens, outputTokens } = result.usage
        const total = Math.floor((inputTokens.total ?? 0) * underTheEstimate)
        bill.microUsd += total + (outputTokens.total ?? 0)
        return { ...result, usage: { ...result.usage, inputTokens: { ...inputTokens, total } } }
      })
      if (fault === 'model_hangs')
        return void hang(options.abortSignal).catch((error) => process.isDead || reject(error))
      scheduler.after(random.between(1, 20), process, () => {
        if (!process.enters('model answers')) return
        if (fault === 'model_fails') return reject(providerError({ mode: 'fail', times: 1, retryable: true }))
        resolve(answer)
      })
    })
  return { ...scripted, doGenerate }
}
