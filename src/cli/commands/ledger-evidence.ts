import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { checkEvidence } from '../../capsules/check-evidence.ts'
import { looksLikeEvidence } from '../../capsules/evidence-format.ts'
import type { StorySection } from '../../capsules/evidence-story.ts'
import { makeEvidence, tellWrite } from '../../capsules/make-evidence.ts'
import { CharterError } from '../../errors.ts'
import type { Call } from '../call.ts'
import { withHouse } from '../open-house.ts'
import { flag, one, several, text } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { type KeyGiven, keyOption, publicKeyGiven } from '../public-key.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { writeOut } from '../write-out.ts'

export const ledgerEvidence = verb({
  name: 'ledger evidence',
  about:
    'Everything about one write, signed: intent, rule, facts, approver, effect, and the proof that it stands in the ledger.',
  help: [
    'As a file it is checked without the ledger, `charter ledger verify FILE --key KEY`; as a page it checks itself too.',
    'A file that was given to you is told here in the same words, once it was checked.',
  ].join('\n'),
  args: { effect: one('id of the effect, or a file of evidence that somebody gave you', 'run_01J:2.1') },
  options: {
    html: flag('--html', 'as one page that needs nothing else'),
    out: text('--out <file>', 'where the evidence goes, as JSON unless --html is given'),
    without: several('--without <class>', 'content of this retention class stays out; may be given again'),
    key: keyOption,
    ...placeOptions,
  },
  examples: [
    'ledger evidence run_01JD3Q6Z8W2M4T7KX9:2.1',
    'ledger evidence run_01JD3Q6Z8W2M4T7KX9:2.1 --html --out evidence.html',
    'ledger evidence run_01JD3Q6Z8W2M4T7KX9:2.1 --json > evidence.json',
    'ledger evidence evidence.json --key ledger.pub',
  ],
  run: async (call, { effect, html, out, without: withheld, ...given }) => {
    const bytes = evidenceBytes(call, effect)
    if (bytes) return tellFile(call, bytes, given)
    return withHouse(call, given, async (house) => {
      if (!html && !call.json && out === undefined) {
        const { sections } = await tellWrite(house, effect, withheld)
        call.answer({}, () => sections.flatMap(sayEvidence))
        return 0
      }
      const evidence = await makeEvidence(house, effect, { as: html ? 'page' : 'json', withheld })
      if (out === undefined) call.terminal.out.write(evidence)
      else sayWritten(call, out, effect, evidence)
      return 0
    })
  },
})

/** Nothing where what was named is no file: then it is the id of an effect. */
function evidenceBytes({ terminal }: Call, named: string): Buffer | undefined {
  const file = path.resolve(terminal.cwd, named)
  if (!existsSync(file) || !statSync(file).isFile()) return undefined
  const bytes = readFileSync(file)
  return looksLikeEvidence(bytes) && bytes
}

/** Throws `ledger_tampered` where it is not what the key's holder signed. */
async function tellFile(call: Call, bytes: Buffer, given: KeyGiven): Promise<number> {
  const { evidence, problems } = await checkEvidence(bytes, await publicKeyGiven(call, given))
  if (!evidence)
    throw new CharterError('ledger_tampered', problems[0] ?? 'the evidence is empty', {
      hint: 'ask for the evidence again, and compare',
      details: { problems },
    })
  call.answer(asJson(evidence.story), () => evidence.sections.flatMap(sayEvidence))
  return 0
}

function sayEvidence({ title, rows }: StorySection): string[] {
  return [title, ...rows.map(([label, said]) => `  ${label.padEnd(widest)}  ${said}`), '']
}

const widest = 'key sent to the vendor'.length

function sayWritten(call: Call, out: string, effect: string, evidence: string): void {
  const file = writeOut(call, out, evidence)
  call.answer({ file, effect, bytes: Buffer.byteLength(evidence) }, () => [
    `${file}: ${effect}`,
    `check it with: charter ledger verify ${out} --key KEY   (the key: charter ledger key)`,
  ])
}
