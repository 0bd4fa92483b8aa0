/** National numbers of people, where a checksum tells them from any other number. */
import { luhn, verhoeff, weighted } from './checksums.ts'
import { type Detector, digitsIn } from './detector.ts'

const kind = 'national_id'
const alone = (shape: string): RegExp => new RegExp(`(?<![\\w.+-])(?:${shape})(?![\\w]|[.-]\\d)`, 'g')

export const nationalIdDetectors: readonly Detector[] = [
  // Spain: DNI and NIE.
  { kind, shape: alone('\\d{8}[- ]?[A-Za-z]|[XYZxyz][- ]?\\d{7}[- ]?[A-Za-z]'), accepts: (found) => isDni(found) },
  // Brazil: CPF.
  { kind, shape: alone('\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}'), accepts: (found) => isCpf(digitsIn(found)) },
  // Poland: PESEL, which begins with a date.
  { kind, shape: alone('\\d{11}'), accepts: (found) => isPesel(found) },
  // Sweden: personnummer.
  { kind, shape: alone('(?:\\d{2})?\\d{6}[-+]\\d{4}'), accepts: (found) => isPersonnummer(digitsIn(found).slice(-10)) },
  // Finland: henkilötunnus.
  { kind, shape: alone('\\d{6}[-+A-FU-Y]\\d{3}[0-9A-Y]'), accepts: (found) => isHetu(found) },
  // Belgium: rijksregisternummer.
  { kind, shape: alone('\\d{2}\\.\\d{2}\\.\\d{2}-\\d{3}\\.\\d{2}'), accepts: (found) => isBelgian(digitsIn(found)) },
  // France: numéro de sécurité sociale.
  {
    kind,
    shape: alone('[12] ?\\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}'),
    accepts: (found) => isNir(found.replaceAll(' ', '')),
  },
  // Switzerland: AHV number.
  { kind, shape: alone('756\\.\\d{4}\\.\\d{4}\\.\\d{2}'), accepts: (found) => isEan13(digitsIn(found)) },
  // Italy: codice fiscale.
  {
    kind,
    shape: alone('[A-Za-z]{6}\\d{2}[A-EHLMPR-Ta-ehlmpr-t]\\d{2}[A-Za-z]\\d{3}[A-Za-z]'),
    accepts: (found) => isCodiceFiscale(found.toUpperCase()),
  },
  // India: Aadhaar.
  {
    kind,
    shape: alone('(?<![A-Z0-9]{4} )[2-9]\\d{3}[ -]\\d{4}[ -]\\d{4}(?! \\d)'),
    accepts: (found) => verhoeff(digitsIn(found)),
  },
  // The Netherlands: one number of nine digits in eleven holds the checksum, so the word must stand before it.
  {
    kind,
    shape: alone('\\d{9}'),
    accepts: (found, { before }) => /\b(?:bsn|burgerservicenummer)\W{0,4}$/i.test(before) && isBsn(found),
  },
]

function isDni(found: string): boolean {
  const plain = found.replaceAll(/[- ]/g, '').toUpperCase()
  const number = Number(plain.slice(0, -1).replace('X', '0').replace('Y', '1').replace('Z', '2'))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === plain.at(-1)
}

function isCpf(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false
  const check = (length: number) => {
    const rest = (weighted(digits, descending(length + 1, length)) * 10) % 11
    return rest === 10 ? 0 : rest
  }
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10])
}

const descending = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from - i)

function isPesel(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 20
  const isDay = month >= 1 && month <= 12 && isDayOfMonth(digits.slice(4, 6))
  return isDay && weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
}

function isPersonnummer(digits: string): boolean {
  const month = Number(digits.slice(2, 4))
  return month >= 1 && month <= 12 && isDayOfMonth(digits.slice(4, 6)) && luhn(digits)
}

function isHetu(found: string): boolean {
  const number = Number(found.slice(0, 6) + found.slice(7, 10))
  const month = Number(found.slice(2, 4))
  const isDate = isDayOfMonth(found.slice(0, 2)) && month >= 1 && month <= 12
  return isDate && '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === found.at(-1)
}

function isBelgian(digits: string): boolean {
  const [number, check] = [digits.slice(0, 9), Number(digits.slice(9))]
  return [number, `2${number}`].some((each) => 97 - (Number(each) % 97) === check)
}

function isNir(found: string): boolean {
  const number = found.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - Number(BigInt(number) % 97n) === Number(found.slice(13))
}

const isEan13 = (digits: string): boolean =>
  weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0 && digits.length === 13

const isBsn = (digits: string): boolean => weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

function isCodiceFiscale(code: string): boolean {
  let sum = 0
  for (const [index, character] of [...code.slice(0, 15)].entries()) {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
    sum += index % 2 === 0 ? (oddValues[value] ?? 0) : value
  }
  return String.fromCharCode(65 + (sum % 26)) === code.at(-1)
}

function isDayOfMonth(text: string): boolean {
  const day = Number(text)
  return day >= 1 && day <= 31
}
