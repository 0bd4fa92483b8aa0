import { recordOutcome } from '../../commands/record-outcome.ts'
import { CharterError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { pageBook, startKeyOfLook } from '../../measures/read-facts.ts'
import { resolveModel } from '../../models/resolve-model.ts'
import type { Outcome } from '../../outcomes/outcome.ts'
import { formatMoney } from '../../tools/money.ts'
import type { Tool } from '../../tools/tool.ts'
import { readTrace } from '../../traces/read-trace.ts'
import { isMoney } from '../../traces/say.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
import type { Call } from '../call.ts'
import { agentOf, configOption, type LoadedConfig, requireConfig } from '../load-config.ts'
import { oneCallModel } from '../one-call.ts'
import { withHouse } from '../open-house.ts'
import { withRuntime } from '../open-runtime.ts'
import { one, several, text } from '../parameter.ts'
import { type PlaceGiven, placeOptions } from '../place.ts'
import { readJson, readPairs } from '../read-json.ts'
import { verb } from '../verb.ts'
import { answer } from './outcome.ts'

export const outcomeVerify = verb({
  name: 'outcome verify',
  about: 'Look in the system of record whether a run reached what it was for, with the read tool that its page names.',
  help: [
    'The tool of `outcome.verify` is called as its agent would call it, in a run of its own that no report counts. It answers with `reached`, and with `unsafe` where something came of the run that must not.',
    'It is given what it takes of the arguments of the last write of the run, unless --input says otherwise.',
  ].join('\n'),
  args: { run: one('id of the run', 'run_01J') },
  options: {
    input: text('--input <json>', 'what the tool is asked: JSON, @FILE, or -'),
    subject: several('--subject <kind=id>', 'what the grant names; may be given again'),
    config: configOption,
    ...placeOptions,
  },
  examples: ['outcome verify run_01JD3Q6Z8W2M4T7KX9'],
  run: async (call, given) => {
    const loaded = await requireConfig(call.terminal, given.config)
    const looking = await whatToAsk(call, given, loaded)
    const outcome = await look(call, given, loaded, looking)
    answer(call, given.run, outcome)
    return 0
  },
})

interface VerifyGiven extends PlaceGiven {
  readonly run: string
  readonly input: string | undefined
  readonly subject: readonly string[]
  readonly config: string | undefined
}

interface Looking {
  readonly agent: string
  readonly tool: Tool
  readonly input: JsonObject
  readonly onBehalfOf: string | undefined
  readonly unsafe: readonly string[]
}

/** Throws `run_not_found`, `tool_unknown`, and `usage` where the page names nothing to look with. */
const whatToAsk = (call: Call, given: VerifyGiven, loaded: LoadedConfig): Promise<Looking> =>
  withHouse(call, given, async (house) => {
    const trace = traceOf(await readTrace(house, given.run))
    const agent = trace.started?.agent ?? ''
    const outcome = (await pageBook(house)(agent, trace.started?.charter ?? ''))?.outcome
    if (outcome?.verify === undefined) {
      throw new CharterError('usage', 'the page of the run names no `outcome.verify`', {
        param: 'run',
        hint: `charter outcome record ${given.run} --verified`,
      })
    }
    const tool = agentOf(loaded, agent).tools.get(outcome.verify)
    if (!tool) throw new CharterError('tool_unknown', `\`${agent}\` has no tool \`${outcome.verify}\``)
    const input =
      given.input === undefined ? inputFrom(trace, tool) : await readJson(call.terminal, given.input, '--input')
    if (!isJsonObject(input)) throw new CharterError('usage', '`--input` must be an object', { param: '--input' })
    const { unsafe = [] } = outcome
    return { agent, tool, input, onBehalfOf: trace.started?.on_behalf_of, unsafe }
  })

/** What the tool takes, of the arguments of the last write that was committed. */
function inputFrom({ actions }: Trace, tool: Tool): JsonObject {
  const written = actions.findLast(({ effects }) => effects.some(({ status }) => status === 'committed'))
  const taken = isJsonObject(tool.input.jsonSchema.properties) ? Object.keys(tool.input.jsonSchema.properties) : []
  const given = Object.entries(written?.input ?? {}).filter(([name]) => taken.includes(name))
  return Object.fromEntries(given.map(([name, value]) => [name, isMoney(value) ? formatMoney(value) : value]))
}

async function look(call: Call, given: VerifyGiven, loaded: LoadedConfig, looking: Looking): Promise<Outcome> {
  const { tool, input, onBehalfOf, unsafe: known } = looking
  const agent = agentOf(loaded, looking.agent)
  // Whoever looks again asks again: each look is a run of its own.
  const marker = { look: newId('look', call.terminal.clock, call.terminal.random), outcome_of: given.run }
  const id = agent.read().page.models.default ?? ''
  const real = (model: string) => resolveModel(model, { ...agent.models, ...loaded.config.models })
  const models = { [id]: oneCallModel(id, { marker, tool: tool.name, input }, real) }
  const subjects = readPairs(given.subject, '--subject')
  return withRuntime(call, given, { engine: 'here', models }, async ({ runtime }) => {
    const handle = await runtime.start(agent, {
      input: marker,
      key: `${startKeyOfLook(given.run)}:${marker.look}`,
      onBehalfOf,
      ...(Object.keys(subjects).length > 0 && { subjects }),
    })
    await handle.settled(call.terminal.interrupted)
    const { returned } = traceOf(await readTrace(runtime.house, handle.id)).actions.at(-1) ?? {}
    const { reached, unsafe } = readAnswer(returned?.content, tool.name, handle.id)
    const seen = { tool: tool.name, run: handle.id }
    return recordOutcome(runtime.house, { run: given.run, reached, by: 'service:outcome', unsafe, known, seen })
  })
}

function readAnswer(content: Json | undefined, tool: string, run: string): { reached: boolean; unsafe: string[] } {
  const { reached, unsafe = [] } = isJsonObject(content) ? content : {}
  const names = Array.isArray(unsafe) ? unsafe.filter((name) => typeof name === 'string') : []
  if (typeof reached === 'boolean') return { reached, unsafe: names }
  throw new CharterError('usage', `\`${tool}\` did not say whether it was \`reached\``, {
    hint: `see what it said: charter run show ${run}`,
  })
}
