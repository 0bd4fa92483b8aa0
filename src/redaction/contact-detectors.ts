/** E-mail addresses and phone numbers. */
import { type Detector, digitsIn } from './detector.ts'

/** Ends of file names, which `image@2x.png` has and no address does. */
const fileEndings = /\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|html?|m?[jt]sx?|json|ya?ml|pdf)$/i

export const emailDetector: Detector = {
  kind: 'email',
  shape:
    /(?<![\p{L}\p{N}._%+-]|\/\/)[\p{L}\p{N}_%+.-][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,24}(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])/gu,
  // `git@host:path` names a repository, not a person.
  accepts: (found, { after }) => !fileEndings.test(found) && !/^:[\w.~-]+\//.test(after),
}

const separator = '[ .\\u00a0\\u2011-]'
const said =
  /\b(?:phone|tel(?:efon|ephone)?|mobile|cell|call(?: me)?(?: at| on)?|fax|whatsapp|sms)\W{0,3}(?:number|no\.?|nr\.?|is|at|on)?\W{0,3}$/i

export const phoneDetectors: readonly Detector[] = [
  {
    kind: 'phone',
    shape: new RegExp(`(?<![\\w.+-])\\+[1-9](?:${separator}?\\(?\\d\\)?){6,14}(?![\\w]|[.,:-]\\d)`, 'g'),
    accepts: (found) => isLong(found, 8, 15),
  },
  {
    kind: 'phone',
    shape: new RegExp(
      `(?<![\\w.+#/-])(?:1${separator})?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}${separator})[2-9]\\d{2}${separator}\\d{4}(?![\\w]|[.,:/-]\\d)`,
      'g',
    ),
  },
  {
    // National, with the 0 of a long-distance call: in groups, or nothing tells it from any other number.
    kind: 'phone',
    shape: /(?<![\w.+#/:,-]|\d )\(?0{1,2}[1-9]\d*\)?(?:[ /-]{1,3}\d{2,}){1,5}(?![\w]|[.,:/-]\d)/g,
    accepts: (found) => isLong(found, 9, 14) && !isAnother(found),
  },
  {
    kind: 'phone',
    shape: /(?<![\w.+-])\d{7,12}(?![\w]|[.,:-]\d)/g,
    accepts: (_, { before }) => said.test(before),
  },
]

function isLong(found: string, least: number, most: number): boolean {
  const { length } = digitsIn(found)
  return length >= least && length <= most
}

/** A date, a national number, a postal code of nine digits. */
const isAnother = (found: string): boolean => /^0?\d{1,2}[/ -]\d{1,2}[/ -]\d{4}|^\d{5,6}-\d{4}$/.test(found)
