/** One run as a file: written, opened where no ledger is, and moved once more. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { capsuleHouse, recordingOf } from '../../capsules/capsule-house.ts'
import { type CapsuleVerdict, checkCapsule } from '../../capsules/check-capsule.ts'
import { makeCapsule } from '../../capsules/make-capsule.ts'
import { type CapsuleReplay, replayCapsule } from '../../capsules/replay-capsule.ts'
import { CharterError, errorCodes } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { keyIdOf } from '../../ledger/checkpoint.ts'
import { readTrace } from '../../traces/read-trace.ts'
import { counted } from '../../traces/say.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
import type { Call } from '../call.ts'
import { capsuleBytes, capsuleNamed, projectHere } from '../capsule-file.ts'
import { configOption } from '../load-config.ts'
import type { OpenHouse } from '../open-house.ts'
import { flag, one } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { keyOption, publicKeyGiven } from '../public-key.ts'
import { sayTime } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export interface CapsuleGiven {
  readonly out: string | undefined
  readonly without: readonly string[]
}

/** To stdout as it stands, unless a file is named. */
export async function exportCapsule(call: Call, house: OpenHouse, run: string, { out, without }: CapsuleGiven) {
  const text = await makeCapsule(house, run, { withheld: without })
  if (out === undefined) return void call.terminal.out.write(text)
  const file = path.resolve(call.terminal.cwd, out)
  writeFileSync(file, text)
  const { keyId } = await house.keyring.signingKey()
  call.answer({ file, run, bytes: Buffer.byteLength(text), withheld: without, key_id: keyId }, () => [
    `${file}: ${run}, signed by ${keyId}`,
    `open it with: charter run import ${out} --key KEY   (the key: charter ledger key)`,
  ])
}

const capsuleArgument = one('a capsule, as `run export --capsule` writes it', 'run.capsule')

export const runImport = verb({
  name: 'run import',
  about: 'Opens a capsule that somebody gave you, without their ledger: whether it holds, and what is in it.',
  help: 'It is checked with the public key that you got by another way.\nExits with 6 when something is wrong, and names the line.',
  args: { file: capsuleArgument },
  options: { key: keyOption, ...placeOptions },
  examples: ['run import run.capsule --key ledger.pub', 'run import run.capsule --key ledger.pub --json'],
  run: async (call, given) => {
    const bytes = capsuleBytes(call, given.file)
    if (!bytes) throw noCapsule(given.file)
    const key = await publicKeyGiven(call, given)
    const verdict = await checkCapsule(bytes, key)
    const { capsule } = verdict
    const trace = capsule && traceOf(await readTrace(capsuleHouse(capsule), capsule.header.run))
    call.answer(importDocument(verdict, trace), () => sayImport(call, given, verdict, trace, keyIdOf(key)))
    return verdict.ok ? 0 : errorCodes.ledger_tampered.exit
  },
})

function importDocument({ ok, problems, capsule, exported }: CapsuleVerdict, trace: Trace | undefined): JsonObject {
  const { header, keys, order } = capsule ?? {}
  const { keyId, ...checkpoint } = exported?.checkpoint ?? {}
  const document = {
    ok,
    run: header?.run ?? null,
    ledger: header?.ledger ?? null,
    at: header?.at ?? null,
    key_id: header?.key_id ?? null,
    agent: trace?.started?.agent ?? null,
    status: trace?.status ?? null,
    streams: Object.keys(order ?? {}),
    events: exported?.events ?? 0,
    payloads: exported?.payloads ?? 0,
    readable: [...new Set(keys?.map((key) => key.class))],
    withheld: header?.withheld ?? [],
    checkpoint: keyId === undefined ? null : { ...checkpoint, key_id: keyId },
    problems,
  }
  return JSON.parse(JSON.stringify(document))
}

function sayImport(
  { paint }: Call,
  { file, key }: { readonly file: string; readonly key: string | undefined },
  { problems, capsule, exported }: CapsuleVerdict,
  trace: Trace | undefined,
  keyId: string,
): string[] {
  const wrong = problems.flatMap(({ line, what, hint }) => [
    `${paint.bad('wrong')}  line ${line}: ${what}`,
    `       ${hint}`,
  ])
  if (!capsule) return [...wrong, `${paint.bad('not verified')}: ${file}`]
  const { run, at, withheld, ledger } = capsule.header
  const again = key === undefined ? file : `${file} --key ${key}`
  const held = `${counted(exported?.events ?? 0, 'event')}, ${counted(exported?.payloads ?? 0, 'payload')}`
  return [
    `${paint.good('capsule verified')}: ${run} of ledger ${ledger}, made ${sayTime(at)}, signed by ${keyId}`,
    `agent     ${trace?.started?.agent ?? ''}, ${trace?.status ?? ''}`,
    `holds     ${held} of ${counted(Object.keys(capsule.order).length, 'stream')}`,
    `withheld  ${withheld.length === 0 ? 'nothing' : withheld.join(', ')}`,
    `see it with: charter run show ${again}`,
    `move it again with: charter run replay ${again}`,
  ]
}

export const runReplay = verb({
  name: 'run replay',
  about:
    'Moves a run once more by the engine’s own code over what it was answered then, and says whether it is the same.',
  help: 'With the tools of the project that is found here; elsewhere what the tools checked is taken as recorded.\nExits with 6 when it is different or cannot be told.',
  args: { file: capsuleArgument },
  options: {
    asRecorded: flag('--as-recorded', 'without the tools of the project'),
    config: configOption,
    key: keyOption,
    ...placeOptions,
  },
  examples: ['run replay run.capsule --key ledger.pub'],
  run: async (call, given) => {
    const capsule = await capsuleNamed(call, given.file, given)
    if (!capsule) throw noCapsule(given.file)
    const { started } = await recordingOf(capsule)
    const project = given.asRecorded ? undefined : await projectHere(call, given.config, started.agent)
    const replayed = await replayCapsule(capsule, project)
    const { withheld } = capsule.header
    call.answer(asJson({ ...replayed.replay, tools: replayed.tools, withheld }), () => sayReplay(replayed, withheld))
    return replayed.replay.verdict === 'same' ? 0 : errorCodes.ledger_tampered.exit
  },
})

function sayReplay({ replay, tools }: CapsuleReplay, withheld: readonly string[]): string[] {
  const how =
    tools === 'project'
      ? 'with the tools of this project'
      : 'without the tools: arguments and verdicts of `check` were taken as recorded'
  return [sayVerdict(replay, withheld), how]
}

function sayVerdict(replay: CapsuleReplay['replay'], withheld: readonly string[]): string {
  switch (replay.verdict) {
    case 'same':
      return `same: ${counted(replay.events, 'event')}, ${counted(replay.decisions, 'decision')} made again`
    case 'different': {
      const { stream, seq, part, values } = replay.difference
      const said = [values.recorded, values.replayed].map((value) => JSON.stringify(value ?? null))
      return `different: event ${seq} of ${stream}, \`${part}\` was ${said[0]} and is ${said[1]} now`
    }
    case 'unverifiable': {
      const classes = [...new Set(replay.missing.map((ref) => ref.class))]
      const why = classes.every((one) => withheld.includes(one)) ? 'withheld from this capsule' : 'no longer kept'
      return `unverifiable: content of ${replay.stream}, class ${classes.join(', ')}, is ${why}`
    }
  }
}

const noCapsule = (named: string) =>
  new CharterError('usage', `\`${named}\` is no capsule`, {
    param: 'file',
    hint: 'it is what `charter run export RUN --capsule --out FILE` writes',
  })
