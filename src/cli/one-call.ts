/** A model that makes one call of one tool: how a person, or a look at an outcome, calls a tool by way of its agent. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { canonicalJson } from '../canonical-json.ts'
import type { Json, JsonObject } from '../json.ts'
import { scriptedModel } from '../models/scripted-model.ts'
import { readScriptedRequest } from '../models/scripted-request.ts'

export interface OneCall {
  readonly marker: Json
  readonly tool: string
  readonly input: JsonObject
}

/** Proposes the one call in the one run that is ours. The engine moves other runs too, and those ask the real model. */
export function oneCallModel(
  id: string,
  { marker, tool, input }: OneCall,
  real: (id: string) => Promise<LanguageModelV4>,
): LanguageModelV4 {
  const scripted = scriptedModel({ id, conversations: { call: [{ calls: [{ tool, input }] }, { say: 'called' }] } })
  const opening = canonicalJson(marker)
  return {
    ...scripted,
    doGenerate: async (options: LanguageModelV4CallOptions) =>
      readScriptedRequest(options).opening === opening
        ? scripted.doGenerate(options)
        : (await real(id)).doGenerate(options),
  }
}
