/** Check digits. Each takes digits, or what its standard takes, without separators. */

/** Cards (ISO/IEC 7812), Swedish personal numbers. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** ISO 7064: IBANs, letters as 10 to 35, the first four characters moved to the end. */
export function mod97(iban: string): boolean {
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`.toUpperCase()
  let rest = 0
  for (const character of moved) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** The sum of each digit times its weight. */
export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(digits[index] ?? 0), 0)

const products = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const moves = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Indian Aadhaar numbers. */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const moved = Number(moves[index % 8]?.[Number(digit)])
    check = Number(products[check]?.[moved])
  }
  return check === 0
}
