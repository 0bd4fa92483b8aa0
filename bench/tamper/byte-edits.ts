/** Every byte of an export, each made another in several ways: any bit, the same kind of character, what JSON is made of. */
import type { Random } from '../tau-retail/random.ts'
import type { Edit } from './edit.ts'
import { linesOf, placesOf } from './export-lines.ts'
import type { Place } from './verdict.ts'

/** Every `stride`th byte, from a place that chance decides on. */
export function* byteEdits(original: Buffer, random: Random, stride = 1): Generator<Edit, void, undefined> {
  const lines = linesOf(original)
  const places = placesOf(lines)
  let at = 0
  for (let offset = random.below(stride); offset < original.length; offset += stride) {
    while ((lines[at + 1]?.offset ?? original.length) <= offset) at++
    const names = original[offset] === newline ? placesAround(places, at) : places.slice(at, at + 1)
    for (const [how, bytes] of changesAt(original, offset, random)) {
      yield { kind: 'byte', what: `byte ${offset} of line ${at + 1}, ${how}`, bytes, names }
    }
  }
}

const newline = 0x0a

/** A newline belongs to both lines that it parts; a second one makes an empty line between them. */
const placesAround = (places: readonly Place[], at: number): readonly Place[] => [
  ...places.slice(at, at + 2),
  { line: at + 2 },
]

export function* changesAt(
  original: Buffer,
  offset: number,
  random: Random,
): Generator<[string, Buffer], void, undefined> {
  const is = original[offset] ?? 0
  const tried = new Set([is])
  for (const value of [is ^ (1 << random.below(8)), sameKind(is, random), structural(random), random.below(256)]) {
    if (tried.has(value)) continue
    tried.add(value)
    const copy = Buffer.from(original)
    copy[offset] = value
    yield [`${is} made ${value}`, copy]
  }
  const before = original.subarray(0, offset)
  yield ['taken out', Buffer.concat([before, original.subarray(offset + 1)])]
  yield ['doubled', Buffer.concat([before, Buffer.from([is]), original.subarray(offset)])]
}

const ofKind = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '+/=', '._-:'] as const

/** A digit for a digit, a letter for a letter or itself in the other case: JSON stays JSON. */
function sameKind(is: number, random: Random): number {
  const character = String.fromCharCode(is)
  const kind = ofKind.find((all) => all.includes(character))
  if (kind === undefined) return is
  if (/[a-z]/i.test(character) && random.below(2) === 0) return is ^ 0x20
  return kind.charCodeAt((kind.indexOf(character) + 1 + random.below(kind.length - 1)) % kind.length)
}

const marks = '{}[]",:\\ \n\r\t\0'
const structural = (random: Random): number => marks.charCodeAt(random.below(marks.length))
