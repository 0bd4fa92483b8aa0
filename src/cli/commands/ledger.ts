import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, openSync, statSync, type WriteStream } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { CharterError, errorCodes } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { LedgerEvent } from '../../ledger/event.ts'
import { nothingWritten } from '../../ledger/export.ts'
import { exportHouse } from '../../ledger/export-house.ts'
import { type ExportVerdict, verifyExport } from '../../ledger/verify.ts'
import { counted } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { checkHandedOver } from '../check-evidence-file.ts'
import { withHouse } from '../open-house.ts'
import { flag, perhaps, several, text, whole, withDefault } from '../parameter.ts'
import { nameOfLedger, placeOptions } from '../place.ts'
import { progressOf } from '../progress.ts'
import { type KeyGiven, keyOption, publicKeyGiven, readKey } from '../public-key.ts'
import { sayProblems } from '../say-problems.ts'
import { sayTime } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'
import { cannotWrite } from '../write-out.ts'

export const ledgerShow = verb({
  name: 'ledger show',
  about: 'Events as they stand in the ledger, oldest first.',
  args: { stream: perhaps('one stream, such as run/run_01J; all of them unless named') },
  options: {
    after: withDefault(
      whole('--after <number>', 'from this number of the stream, or this position of the ledger on'),
      0,
    ),
    most: withDefault(whole('--most <number>', 'so many at most'), 100),
    ...placeOptions,
  },
  examples: ['ledger show --most 20', 'ledger show run/run_01JD3Q6Z8W2M4T7KX9 --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant }) => {
      const { stream, after, most } = given
      const found = await (stream === undefined ? ledger.tail(tenant, after, most) : ledger.read(tenant, stream, after))
      if (stream !== undefined && after === 0 && found.length === 0) nothingWritten(stream)
      const events = found.slice(0, most)
      call.answer(asJson(events.map(eventDocument)), () => sayEvents(call, events))
      return 0
    }),
})

const eventDocument = ({ prevHash, ...event }: LedgerEvent) => ({ ...event, prev_hash: prevHash })

function sayEvents({ paint }: Call, events: readonly LedgerEvent[]): string[] {
  if (events.length === 0) return ['no events']
  return table(
    ['POSITION', 'AT', 'STREAM', 'SEQ', 'TYPE', 'ACTOR', 'HASH'],
    events.map(({ position, at, stream, seq, type, actor, hash }) => [
      String(position),
      sayTime(at),
      stream,
      String(seq),
      paint.strong(type),
      actor,
      hash.slice(0, 12),
    ]),
  )
}

export const ledgerKey = verb({
  name: 'ledger key',
  about: 'The public key that exports of this ledger are signed with: hand it on by another way than the export.',
  options: placeOptions,
  examples: ['ledger key > ledger.pub'],
  run: async (call, given) =>
    withHouse(call, given, async ({ keyring }) => {
      const { keyId, publicKey } = await keyring.signingKey()
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      call.answer({ key_id: keyId, public_key: pem }, () => [pem.trimEnd()])
      return 0
    }),
})

export const ledgerExport = verb({
  name: 'ledger export',
  about: 'An export that can be checked without the ledger: signed, and missing nothing without it showing.',
  options: {
    out: text('--out <file>', 'where to; stdout unless named'),
    stream: several('--stream <stream>', 'only this stream; may be given again'),
    payloads: flag('--payloads', 'with the sealed content beside its events'),
    ...placeOptions,
  },
  examples: ['ledger export --out ledger.jsonl', 'ledger export --stream run/run_01JD3Q6Z8W2M4T7KX9 > run.jsonl'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const scope =
        given.stream.length > 0
          ? ({ of: 'streams', tenant: house.tenant, streams: given.stream } as const)
          : ({ of: 'tenant', tenant: house.tenant } as const)
      const lines = await exportHouse(house, scope, given.payloads ? 'all' : undefined)
      const written = await writeLines(call, lines, given.out)
      if (given.out === undefined) return 0
      const file = path.resolve(call.terminal.cwd, given.out)
      const { keyId } = await house.keyring.signingKey()
      call.answer({ file, lines: written, key_id: keyId }, () => [
        `${file}: ${counted(written, 'line')}, signed by ${keyId}`,
        `check it with: charter ledger verify ${given.out} --key KEY   (the key: charter ledger key)`,
      ])
      return 0
    }),
})

async function writeLines(call: Call, lines: AsyncIterable<string>, out: string | undefined): Promise<number> {
  const file = out === undefined ? undefined : openOut(call, out)
  const progress = progressOf(call, 'lines exported')
  let count = 0
  for await (const line of lines) {
    call.terminal.interrupted.throwIfAborted()
    if (file === undefined) call.terminal.out.write(line)
    else if (!file.write(line)) await once(file, 'drain')
    progress.at(++count)
  }
  if (file) await finished(file.end())
  progress.end()
  return count
}

/** Opened at once, so that what is wrong with it is said as an error of the command. */
function openOut({ terminal }: Call, out: string): WriteStream {
  const file = path.resolve(terminal.cwd, out)
  try {
    return createWriteStream(file, { fd: openSync(file, 'w') })
  } catch (cause) {
    throw cannotWrite(out, cause)
  }
}

export const ledgerVerify = verb({
  name: 'ledger verify',
  about:
    'Whether anything was changed, removed, added or moved: in this ledger, or in an export, capsule or evidence that somebody gave you.',
  help: 'A file is checked without the ledger, with the public key that you got by another way.\nExits with 6 when something is wrong, and names the event.',
  args: { file: perhaps('an export, a capsule or evidence; this ledger itself unless named') },
  options: { key: keyOption, ...placeOptions },
  examples: [
    'ledger verify',
    'ledger verify ledger.jsonl --key ledger.pub',
    'ledger verify evidence.html --key ledger.pub',
  ],
  run: async (call, given) => {
    const verdict = given.file === undefined ? await verifyHere(call, given) : await verifyFile(call, given.file, given)
    call.answer(verdictDocument(verdict), () => sayVerdict(call, verdict))
    return verdict.ok ? 0 : errorCodes.ledger_tampered.exit
  },
})

function verdictDocument({ checkpoint, ...verdict }: ExportVerdict): Json {
  if (!checkpoint) return asJson({ ...verdict, checkpoint: null })
  const { keyId, ...rest } = checkpoint
  return asJson({ ...verdict, checkpoint: { ...rest, key_id: keyId } })
}

const verifyHere = (call: Call, given: KeyGiven): Promise<ExportVerdict> =>
  withHouse(call, given, async (house) => {
    const { publicKey } = await house.keyring.signingKey()
    const key = given.key === undefined ? publicKey : readKey(call, given.key)
    const progress = progressOf(call, `lines of ${nameOfLedger(house.place)} checked`)
    const lines = await exportHouse(house, { of: 'tenant', tenant: house.tenant }, 'all')
    return verifyExport(
      noting(call, lines, (_, count) => progress.at(count)),
      { publicKey: key },
    ).finally(progress.end)
  })

async function verifyFile(call: Call, named: string, given: KeyGiven): Promise<ExportVerdict> {
  const file = path.resolve(call.terminal.cwd, named)
  if (!existsSync(file) || statSync(file).isDirectory())
    throw new CharterError('usage', `no file stands at \`${named}\``, { param: 'file' })
  const publicKey = await publicKeyGiven(call, given)
  const handedOver = await checkHandedOver(file, publicKey)
  if (handedOver) return handedOver
  const progress = progressOf(call, `bytes of ${named} checked`, statSync(file).size)
  let bytes = 0
  const chunks = noting(call, createReadStream(file), (chunk) => {
    bytes += chunk.length
    progress.at(bytes)
  })
  return verifyExport(chunks, { publicKey }).finally(progress.end)
}

async function* noting<Part>(
  call: Call,
  parts: AsyncIterable<Part>,
  note: (part: Part, count: number) => void,
): AsyncGenerator<Part> {
  let count = 0
  for await (const part of parts) {
    call.terminal.interrupted.throwIfAborted()
    note(part, ++count)
    yield part
  }
}

function sayVerdict({ paint }: Call, verdict: ExportVerdict): string[] {
  const { ok, events, streams, checkpoint, problems } = verdict
  const checked = `${counted(events, 'event')} in ${counted(streams, 'stream')}`
  const until = checkpoint === undefined ? '' : `, up to checkpoint ${checkpoint.n} of ${sayTime(checkpoint.at)}`
  return [
    ...sayProblems(paint, problems),
    ok ? `${paint.good('ledger verified')}: ${checked}${until}` : `${paint.bad('not verified')}: ${checked}${until}`,
  ]
}
