/**
 * Finds what has a shape that nothing else has, or a checksum that holds. It knows nothing of names, addresses and dates
 * of birth: whoever has such fields classifies them in the tool's schema, or adds a model.
 */
import { emailDetector, phoneDetectors } from './contact-detectors.ts'
import type { Detector, Span } from './detector.ts'
import { keyDetectors } from './key-detectors.ts'
import { cardDetector, ibanDetector } from './money-detectors.ts'
import { nationalIdDetectors } from './national-ids.ts'
import type { Finding, Redactor } from './redactor.ts'

const detectors: readonly Detector[] = [
  ...keyDetectors,
  emailDetector,
  ibanDetector,
  cardDetector,
  ...nationalIdDetectors,
  ...phoneDetectors,
]

/** In the order of the table above, each place once: a card is no phone number as well. */
export const detect = (text: string): readonly Finding[] => detectBy(detectors, text)

/** Keys, tokens and passwords: nobody is to see them, whatever they may see. */
export const detectSecrets = (text: string): readonly Finding[] => detectBy(keyDetectors, text)

function detectBy(detectors: readonly Detector[], text: string): readonly Finding[] {
  const found: Finding[] = []
  const taken = new Uint8Array(text.length)
  for (const detector of detectors) {
    for (const finding of findAll(detector, text)) {
      const place = taken.subarray(finding.start, finding.end)
      if (place.includes(1)) continue
      place.fill(1)
      found.push(finding)
    }
  }
  return found
}

function findAll({ kind, shape, accepts, part }: Detector, text: string): readonly Finding[] {
  return [...text.matchAll(shape)].flatMap((match) => {
    const before = text.slice(Math.max(0, match.index - lookBack), match.index)
    const [whole] = match
    const piece = part === undefined ? whole : (match.groups?.[part] ?? '')
    const start = match.index + whole.lastIndexOf(piece)
    const accepted = accepts ? accepts(piece, { before, after: text.slice(start + piece.length) }) : true
    if (accepted === false || piece === '') return []
    const [from, to] = spanOf(accepted, piece)
    return [{ kind, start: start + from, end: start + to }]
  })
}

function spanOf(accepted: true | number | Span, { length }: string): Span {
  if (accepted === true) return [0, length]
  return typeof accepted === 'number' ? [0, accepted] : accepted
}

/** How far before a number the word may stand that says what it is. */
const lookBack = 32

export const shapesAndChecksums: Redactor = { find: async (texts) => texts.map(detect) }

export const secretsAlone: Redactor = { find: async (texts) => texts.map(detectSecrets) }
