/**
 * Evidence is the capsule of one write: its story for people and programs, and under it the signed events, proofs and
 * opened content that the story was told from. As JSON it is one line in RFC 8785 form; as a page, that JSON stands in it.
 */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'
import { embedded } from './page-bytes.ts'

const text = z.string()
const section = z.strictObject({ title: text, rows: z.array(z.tuple([text, text])) })
const key = z.strictObject({ id: text, stream: text, class: text, key: z.base64() })
const evidence = z.strictObject({
  charter_evidence: z.literal(1),
  ledger: text,
  tenant: text,
  run: text,
  effect: text,
  /** Milliseconds since 1970. */
  at: z.int().nonnegative(),
  key_id: text,
  /** Of the key that signed, SPKI in base64: for a page to check itself with, and proof of nobody. */
  public_key: z.base64(),
  withheld: z.array(text),
  story: z.record(text, z.json()),
  sections: z.array(section),
  keys: z.array(key),
  /** An export of the streams that the write is about, whole. */
  exported: text,
  /** Of the page around this data; null where it stands alone. */
  page_sha256: z.union([text, z.null()]),
})
const file = z.strictObject({ evidence, signature: text })

export type Evidence = z.infer<typeof evidence>
export type SignedEvidence = z.infer<typeof file>

/** What is signed. */
export const evidenceText = (said: Evidence): string => canonicalJson(said as Json)

export const evidenceLine = ({ evidence: said, signature }: SignedEvidence): string =>
  canonicalJson({ evidence: said as Json, signature })

/** A page, cut where its data stands. */
export interface AroundData {
  readonly before: string
  readonly after: string
}

const dataOpens = '<script type="application/json" id="evidence">'
const dataCloses = '</script>'

export const hashOfPage = ({ before, after }: AroundData): string => hash('sha256', `${before}\n${after}`, 'hex')

/** Around the place that a page leaves for its data. */
export function cutAtData(page: string): AroundData {
  const at = page.indexOf(dataOpens) + dataOpens.length
  return { before: page.slice(0, at), after: page.slice(at) }
}

export const dataElement = `${dataOpens}${dataCloses}`

export const looksLikeEvidence = (bytes: Uint8Array): 'json' | 'page' | undefined => {
  const start = Buffer.from(bytes.subarray(0, 15)).toString('latin1').toLowerCase()
  if (start.startsWith('{"evidence":')) return 'json'
  return start === '<!doctype html>' ? 'page' : undefined
}

export type ReadEvidence =
  | { readonly signed: SignedEvidence; readonly page: AroundData | undefined }
  | { readonly damaged: string }

/** Never throws. */
export function parseEvidence(bytes: Buffer): ReadEvidence {
  const whole = bytes.toString('utf8')
  if (!Buffer.from(whole).equals(bytes)) return { damaged: 'it is not UTF-8' }
  if (looksLikeEvidence(bytes) === 'page') return parsePage(whole)
  return parseData(whole, (line) => `${line}\n`, undefined)
}

function parsePage(whole: string): ReadEvidence {
  const { before, after } = cutAtData(whole)
  const end = after.indexOf(dataCloses)
  if (!before.endsWith(dataOpens) || end === -1) return { damaged: 'the page has no data in it' }
  return parseData(after.slice(0, end), embedded, { before, after: after.slice(end) })
}

function parseData(data: string, spell: (line: string) => string, page: AroundData | undefined): ReadEvidence {
  try {
    const { data: signed } = file.safeParse(JSON.parse(data))
    if (!signed) return { damaged: 'it is no evidence' }
    if (spell(evidenceLine(signed)) !== data) return { damaged: 'it is not in canonical form' }
    return { signed, page }
  } catch {
    return { damaged: 'it is not JSON' }
  }
}
