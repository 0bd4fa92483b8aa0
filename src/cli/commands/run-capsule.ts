/** One run as a file: written, and opened where no ledger is. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { capsuleHouse } from '../../capsules/capsule-house.ts'
import { type CapsuleVerdict, checkCapsule } from '../../capsules/check-capsule.ts'
import { makeCapsule } from '../../capsules/make-capsule.ts'
import { CharterError, errorCodes } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { keyIdOf } from '../../ledger/checkpoint.ts'
import { readTrace } from '../../traces/read-trace.ts'
import { counted } from '../../traces/say.ts'
import { type Trace, traceOf } from '../../traces/trace.ts'
import type { Call } from '../call.ts'
import { capsuleBytes } from '../capsule-file.ts'
import type { OpenHouse } from '../open-house.ts'
import { one } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { keyOption, publicKeyGiven } from '../public-key.ts'
import { sayProblems } from '../say-problems.ts'
import { sayTime } from '../say-time.ts'
import { verb } from '../verb.ts'
import { writeOut } from '../write-out.ts'

export interface CapsuleGiven {
  readonly out: string | undefined
  readonly without: readonly string[]
}

/** To stdout as it stands, unless a file is named. */
export async function exportCapsule(call: Call, house: OpenHouse, run: string, { out, without }: CapsuleGiven) {
  const text = await makeCapsule(house, run, { withheld: without })
  if (out === undefined) return void call.terminal.out.write(text)
  const file = writeOut(call, out, text)
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
    if (!bytes) throw noCapsule(call, given.file)
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
  if (!capsule) return [...sayProblems(paint, problems), `${paint.bad('not verified')}: ${file}`]
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

function noCapsule({ terminal }: Call, named: string): CharterError {
  const isThere = existsSync(path.resolve(terminal.cwd, named))
  return new CharterError('usage', isThere ? `\`${named}\` is no capsule` : `no file stands at \`${named}\``, {
    param: 'file',
    hint: 'a capsule is what `charter run export RUN --capsule --out FILE` writes',
  })
}
