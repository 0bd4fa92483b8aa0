/** For tests and demos of agents: a model that plays what was written, without a key and without a network. */

export type { Misbehaviour, ScriptedTurn, WrittenTurn } from './models/script.ts'
export { type ScriptedModel, type ScriptedModelOptions, scriptedModel } from './models/scripted-model.ts'
export type { ScriptedRequest } from './models/scripted-request.ts'
