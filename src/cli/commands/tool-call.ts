import { CharterError, errorCodes } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { JsonObject } from '../../json.ts'
import { resolveModel } from '../../models/resolve-model.ts'
import { accountOf } from '../../traces/account.ts'
import { readTrace } from '../../traces/read-trace.ts'
import { traceOf } from '../../traces/trace.ts'
import { traceDocument } from '../../traces/trace-document.ts'
import type { Call } from '../call.ts'
import { agentOf, configOption, requireConfig } from '../load-config.ts'
import { oneCallModel } from '../one-call.ts'
import { withRuntime } from '../open-runtime.ts'
import { flag, needed, one, several, text } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { readJson, readPairs } from '../read-json.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { exitOf, sayOpen } from './run-start.ts'
import { findTool } from './tool.ts'

export const toolCall = verb({
  name: 'tool call',
  about: 'Call a tool as its agent would: judged under the page, asked where the page asks, written to the ledger.',
  help: [
    'It is a run of one action, so `charter run show` explains it like any other.',
    'Exits as the call ended: 0 with a result, 3 when its arguments do not fit, 6 when nobody knows, 8 when it was denied, 9 when it waits.',
    'With --dry-run a write is previewed and judged, in a ledger that is forgotten: stops and limits in force are not seen.',
  ].join('\n'),
  args: { tool: one('name of the tool', 'request_refund') },
  options: {
    input: needed(text('--input <json>', 'its arguments: JSON, @FILE, or -'), `'{"invoice": "in_93K2"}'`),
    dryRun: flag('--dry-run', 'preview and judge, send nothing'),
    intent: text('--intent <json>', 'the stated intent, where the page wants one'),
    agent: text('--agent <name>', 'as which agent; the only one that has the tool unless named'),
    onBehalfOf: text('--on-behalf-of <principal>', 'for whom the agent acts'),
    subject: several('--subject <kind=id>', 'what the grant names; may be given again'),
    config: configOption,
    ...placeOptions,
  },
  examples: [
    `tool call get_invoice --input '{"invoice": "in_93K2"}'`,
    `tool call request_refund --input @refund.json --dry-run --json`,
  ],
  run: async (call, given) => {
    const loaded = await requireConfig(call.terminal, given.config)
    const { agents } = findTool(loaded, given.tool)
    if (given.agent === undefined && agents.length > 1) {
      throw new CharterError('usage', `several agents have \`${given.tool}\``, {
        param: '--agent',
        hint: `${call.typed} --agent ${agents[0]}`,
      })
    }
    const agent = agentOf(loaded, given.agent ?? agents[0])
    const marker = { tool_call: newId('call', call.terminal.clock, call.terminal.random) }
    const real = (id: string) => resolveModel(id, { ...agent.models, ...loaded.config.models })
    const id = agent.read().page.models.default ?? ''
    const models = { [id]: oneCallModel(id, { marker, tool: given.tool, input: await inputOf(call, given) }, real) }
    const ledger = given.dryRun ? { ledger: ':memory:' } : {}
    return withRuntime(call, given, { engine: 'here', models, ...ledger }, async ({ runtime }) => {
      const subjects = readPairs(given.subject, '--subject')
      const handle = await runtime.start(agent, {
        input: marker,
        onBehalfOf: given.onBehalfOf,
        ...(Object.keys(subjects).length > 0 && { subjects }),
      })
      const result = await handle.settled(call.terminal.interrupted)
      const trace = traceOf(await readTrace(runtime.house, handle.id))
      const returned = trace.actions.at(-1)?.returned
      const said = returned?.content ?? null
      call.answer(asJson({ ...traceDocument(trace, () => undefined), result: said }), () => [
        ...accountOf({ ...trace, output: undefined }, () => undefined),
        '',
        ...(result.status === 'waiting' ? sayOpen(result.approvals) : [JSON.stringify(said, null, 2)]),
      ])
      // The run is done when its one call has failed: it is the call that was asked for.
      return result.status === 'done' && returned?.code ? errorCodes[returned.code].exit : exitOf(result)
    })
  },
})

interface CallGiven {
  readonly input: string
  readonly intent: string | undefined
  readonly dryRun: boolean
}

/** Intent and dry run are properties that the runtime adds to every tool. */
async function inputOf({ terminal }: Call, { input, intent, dryRun }: CallGiven): Promise<JsonObject> {
  const given = await readJson(terminal, input, '--input')
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new CharterError('usage', '`--input` must be an object', { param: '--input' })
  return {
    ...(given as JsonObject),
    ...(intent !== undefined && { intent: await readJson(terminal, intent, '--intent') }),
    ...(dryRun && { dry_run: true }),
  }
}
