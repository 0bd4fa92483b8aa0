/** Bank accounts and cards. */
import { luhn, mod97 } from './checksums.ts'
import { type Detector, digitsIn, type Span } from './detector.ts'

/** Of the IBAN registry: how long an account of a country is, country code and check digits included. */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((country) => [country.slice(0, 2), Number(country.slice(2))]),
)

export const ibanDetector: Detector = {
  kind: 'iban',
  shape: /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g,
  accepts: (found, { after }) => ibanAt(found, after),
}

/** How much of the text is the account: words may follow it, in letters as accounts have them. */
function ibanAt(found: string, after: string): number | false {
  const length = ibanLengths[found.slice(0, 2).toUpperCase()] ?? 0
  let taken = 0
  let at = 0
  for (; at < found.length && taken < length; at++) if (/[A-Za-z0-9]/.test(found.charAt(at))) taken += 1
  const next = (found + after).charAt(at)
  if (taken !== length || length === 0 || /[A-Za-z0-9]/.test(next)) return false
  return mod97(found.slice(0, at).replaceAll(/[ -]/g, '')) && at
}

/** Who issued it, and how many digits theirs have. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|65|64[4-9])/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^3(?:0[0-5]|[689])/, [14]],
  [/^62/, [16, 17, 18, 19]],
]

/** Other numbers may stand before it and behind it, parted as its own groups are. */
export const cardDetector: Detector = {
  kind: 'card',
  shape: /(?<![\w.+-])\d(?:[ -]?\d){13,60}(?![\w]|[.-]\d)/g,
  accepts: (found) => cardIn(found) ?? false,
}

function cardIn(found: string): Span | undefined {
  const groups = [...found.matchAll(/\d+/g)].map(({ index, 0: group }) => ({ from: index, to: index + group.length }))
  for (const { from } of groups)
    for (const { to } of groups) if (to > from && isCard(digitsIn(found.slice(from, to)))) return [from, to]
  return undefined
}

function isCard(digits: string): boolean {
  const isIssued = issuers.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length))
  return isIssued && luhn(digits)
}
