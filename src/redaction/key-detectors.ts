/** Secrets that machines make: their makers gave them prefixes so that they are found. */
import { isJsonObject } from '../json.ts'
import type { Detector } from './detector.ts'

const notInAWord = '(?<![A-Za-z0-9_-])'
const ends = '(?![A-Za-z0-9_-])'
const shaped = (kind: string, shape: string, accepts?: Detector['accepts']): Detector => ({
  kind,
  shape: new RegExp(`${notInAWord}(?:${shape})${ends}`, 'g'),
  ...(accepts && { accepts }),
})

/** Words joined by hyphens may begin as keys do; a key has a long piece of letters and digits. */
const hasRandomPiece = (found: string): boolean =>
  found.split(/[-_.]/).some((piece) => piece.length >= 16 && /\d/.test(piece) && /[A-Za-z]/.test(piece))

export const keyDetectors: readonly Detector[] = [
  {
    kind: 'private_key',
    shape:
      /-----BEGIN ((?:[A-Z0-9]+ ){0,3}PRIVATE KEY)-----(?:(?:(?!-----)[\s\S])*-----END \1-----|(?:[A-Za-z0-9+/=\r\n]|\\n)*)/g,
    accepts: (found) => /[A-Za-z0-9+/=]{20}/.test(found.slice('-----BEGIN PRIVATE KEY-----'.length)),
  },
  {
    kind: 'jwt',
    shape: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){1,3}/g,
    accepts: (found) => hasHeader(found),
  },
  shaped('aws_key', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}'),
  {
    kind: 'aws_key',
    shape: /(?:secret_?access_?key|aws_?secret)\W{1,5}(?<key>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    part: 'key',
  },
  shaped('github_token', 'gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}'),
  shaped('api_key', 'sk-[A-Za-z0-9_-]{20,}', hasRandomPiece),
  shaped('api_key', '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,}'),
  shaped('api_key', 'xox[abeprs]-[A-Za-z0-9-]{10,}', (found) => /\d{6,}|[A-Za-z0-9]{16,}/.test(found)),
  shaped('api_key', 'AIza[A-Za-z0-9_-]{35}|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{34}'),
  shaped(
    'api_key',
    'SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|dop_v1_[a-f0-9]{64}',
  ),
  {
    kind: 'api_key',
    shape: /\b(?:Bearer|Basic)\s+(?<key>[A-Za-z0-9._~+/-]{20,}=*)/g,
    part: 'key',
    accepts: (found) => /\d/.test(found) && /[A-Za-z]/.test(found),
  },
  { kind: 'password', shape: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]*:(?<key>[^\s@/]{1,200})@/gi, part: 'key' },
]

/** Three parts with dots are nothing yet: the first says how the rest is signed. */
function hasHeader(found: string): boolean {
  try {
    const header = JSON.parse(Buffer.from(found.slice(0, found.indexOf('.')), 'base64url').toString('utf8'))
    return isJsonObject(header) && typeof header.alg === 'string'
  } catch {
    return false
  }
}
