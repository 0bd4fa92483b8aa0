import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detect } from './detect.ts'
import { mask } from './redactor.ts'

const masked = (text: string) => mask(text, detect(text))
const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')

const found: Readonly<Record<string, readonly string[]>> = {
  email: [
    'ada@acme.example',
    'ada.lovelace+refunds@mail.acme.co.uk',
    'jörg@müller.example',
    '<ada@acme.example>',
    "'ada@acme.example'",
  ],
  iban: [
    'DE89 3704 0044 0532 0130 00',
    'GB29NWBK60161331926819',
    'FR14 2004 1010 0505 0001 3M02 606',
    'nl91abna0417164300',
  ],
  card: ['4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005', '6011111111111117', '30569309025904'],
  phone: [
    '+49 30 901820',
    '+1 (415) 555-2671',
    '(212) 555-0187',
    '415-555-2671',
    '020 7946 0958',
    '0171/2345678',
    '+4915112345678',
  ],
  aws_key: ['AKIAIOSFODNN7EXAMPLE'],
  github_token: [`ghp_${'aB3dE6gH9'.repeat(4)}`],
  api_key: [
    `sk-proj-${'aB3dE6gH9jK2'.repeat(3)}`,
    ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'),
    'xoxb-123456789012-abcdefABCDEF',
    `AIza${'SyD3x4mpl3'.repeat(3)}abcde`,
  ],
  jwt: [`${header}.${Buffer.from('{"sub":"ada"}').toString('base64url')}.c2lnbmF0dXJl`],
  private_key: [`-----BEGIN RSA PRIVATE KEY-----\n${'MIIEow'.repeat(8)}\n-----END RSA PRIVATE KEY-----`],
  national_id: [
    '12345678Z',
    'X1234567L',
    '529.982.247-25',
    '44051401359',
    '811228-9874',
    '131052-308T',
    'RSSMRA85T10A562S',
    '756.9217.0769.85',
    '93.05.18-223.61',
  ],
}

for (const [kind, texts] of Object.entries(found))
  test(`${kind} is found, also in the middle of a sentence`, () => {
    for (const text of texts) {
      assert.equal(
        masked(`Here: ${text}, thanks.`),
        `Here: ${text.replace(/^([<']?)[\s\S]*?([>']?)$/, `$1[redacted: ${kind}]$2`)}, thanks.`,
        text,
      )
    }
  })

test('what several detectors would know is found once', () => {
  for (const text of Object.values(found).flat()) assert.equal(detect(text).length, 1, text)
})

test('a card is found among other numbers', () => {
  assert.equal(masked('in 19122 4111 1111 1111 1111 12/27'), 'in 19122 [redacted: card] 12/27')
})

test('a password in an address is found, and the rest of the address stays', () => {
  assert.equal(masked('postgres://charter:s3cret@db/x'), 'postgres://charter:[redacted: password]@db/x')
})

const harmless = [
  'git@github.com:acme/house.git',
  'sprite@2x.png',
  'pkg@1.2.3 by @ada',
  'DE88 3704 0044 0532 0130 00',
  '4111 1111 1111 1112',
  '9111 1111 1111 1111',
  'order #W4776164, item 8106223139',
  '2026-11-21T18:04:41+01:00',
  '192.168.100.200 and 10.0.22621.4317',
  'on 01.02.2024 or 2024-05-13, 12/24/2026',
  'ISBN 978-3-16-148410-0 and 0-306-40615-2',
  '112-1234567-1234567',
  'sk-learn-based-classification-of-things',
  'AKIA is where keys begin, AKIASHORT too',
  'ghp_tooshort',
  'eyJ is how they begin: eyJub3Q.a.token',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----',
  '12345678A and 529.982.247-26',
  'run_01JD3Q6Z8W2M4T7KX9, charge ch_3MmlLrLkdIwHu7ix0snN0B15',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'https://desk.example:8080/invoices/in_93K2',
]

test('what only looks like it stays as it is', () => {
  for (const text of harmless) assert.equal(masked(text), text)
})

test('a number is a phone where the word before it says so', () => {
  assert.equal(masked('phone: 4155552671'), 'phone: [redacted: phone]')
  assert.equal(masked('item 4155552671'), 'item 4155552671')
})

test('whatever stands around it, an account is found exactly', () => {
  const account = 'DE89370400440532013000'
  fc.assert(
    fc.property(
      fc.constantFrom('', ' ', '(', '"', 'IBAN:'),
      fc.constantFrom('', ' ', ')', '"', ' AND SO ON', '.'),
      (before, after) => {
        assert.equal(masked(`${before}${account}${after}`), `${before}[redacted: iban]${after}`)
      },
    ),
  )
})

test('no text makes it throw, and what it finds lies within the text, in places that do not overlap', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const places = detect(text).toSorted((a, b) => a.start - b.start)
      for (const [index, { start, end }] of places.entries()) {
        assert.ok(start < end && end <= text.length)
        assert.ok(start >= (places[index - 1]?.end ?? 0))
      }
    }),
  )
})

test('a long text of what almost fits is looked through in no time', () => {
  for (const piece of ['1 ', 'a@', 'a.', 'DE89 ', '+1-', 'eyJa.', '0171 ', '-----BEGIN PRIVATE KEY-----', 'x://a:']) {
    const began = process.hrtime.bigint()
    detect(piece.repeat(20_000))
    const ms = Number(process.hrtime.bigint() - began) / 1e6
    assert.ok(ms < 3_000, `${piece}: ${ms}`)
  }
})
