/**
 * What a customer's security review asks of an agent, answered from the page, its tools and where the house keeps
 * things: where data goes, what is kept and for how long, what is encrypted, who must agree, how it is stopped, and what
 * nobody promises. Facts only: what nothing enforces is said to be so.
 */
import { formatDuration } from '../duration.ts'
import type { ClassifiedField } from '../tools/schema.ts'
import type { Tool } from '../tools/tool.ts'
import type { Page } from './page.ts'
import { allowed, whoMustAgree } from './trust-approvals.ts'

export interface TrustHouse {
  readonly environment: string
  /** `one SQLite file, /srv/…/ledger.db` or `PostgreSQL at db.acme.example`. */
  readonly ledger: string
  readonly keyring: string
  /** Whether this page is the one that runs are bounded by now; nothing where no ledger stands yet. */
  readonly inForce: { readonly isThisPage: boolean; readonly since: number } | undefined
  /** When the page is printed, milliseconds since 1970. */
  readonly at: number
}

export interface TrustPage {
  readonly title: string
  readonly about: readonly string[]
  readonly sections: readonly TrustSection[]
}

export interface TrustSection {
  readonly heading: string
  readonly text: readonly string[]
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
}

export function trustPage(page: Page, tools: readonly Tool[] | undefined, house: TrustHouse): TrustPage {
  const known = new Map(tools?.map((tool) => [tool.name, tool]))
  return {
    title: `What ${page.agent.name} may do, and what becomes of your data`,
    about: about(page, house),
    sections: [
      whereDataGoes(page, known, house),
      whatIsKept(page),
      whatIsEncrypted(house),
      whoMustAgree(page, known),
      howItIsStopped(page),
      whatCanBeProved(),
      whatIsNotPromised(),
    ],
  }
}

function about({ agent, onCall, hash, notEnforced }: Page, { environment, inForce, at }: TrustHouse): string[] {
  const standing =
    inForce === undefined
      ? 'No run has been started under it here.'
      : inForce.isThisPage
        ? `It is in force in ${environment} since ${time(inForce.since)}.`
        : `Another page is in force in ${environment}: this one has not been applied.`
  return [
    ...(agent.purpose === undefined ? [] : [agent.purpose.replace(/\s+/g, ' ')]),
    `${agent.owner ?? 'Nobody named on the page'} answers for it${onCall === undefined ? '' : `; ${onCall} takes over what it cannot finish`}.`,
    `Made ${time(at)} from the page ${hash}. ${standing}`,
    ...(notEnforced.length === 0
      ? []
      : [`No run starts under it: nothing enforces ${notEnforced.map(({ key }) => key).join(', ')} yet.`]),
  ]
}

function whereDataGoes(page: Page, known: ReadonlyMap<string, Tool>, house: TrustHouse): TrustSection {
  const models = Object.values(page.models).map((model) => [
    `model ${model}`,
    'its instructions, the task, what its tools answered',
    'to propose what to do; it sends nothing itself and never sees keys of writes',
  ])
  const tools = allowed(page).map(([name]) => toolFlow(name, known.get(name)))
  return {
    heading: 'Where data goes',
    text: [
      'Nothing else receives content from Charter itself, which has no account and sends nothing to its makers. Whoever exports the ledger or its telemetry decides what goes further.',
      ...(known.size === 0 ? ['The tools are not known here, so their fields are not listed.'] : []),
    ],
    table: {
      head: ['To', 'What', 'Why'],
      rows: [
        ...models,
        ...tools,
        [
          `the ledger (${house.ledger})`,
          'what happened: ids, codes, numbers, pseudonyms; content sealed',
          'to prove it later',
        ],
        [`the keyring (${house.keyring})`, 'keys only', 'so that content can be erased by deleting a key'],
        ['people who are asked', 'the action, its facts, evidence and preview', 'to agree or refuse'],
      ],
    },
  }
}

function toolFlow(name: string, tool: Tool | undefined): string[] {
  if (!tool) return [`the system behind ${name}`, 'what the model fills in, within the bounds below', 'not known here']
  const marked = [...fieldsOf(tool.input.classified, 'to it'), ...fieldsOf(tool.output.classified, 'from it')]
  const what = tool.kind === 'read' ? 'asked, and its answer read' : 'sent, and its answer read'
  return [
    `the system behind ${name}`,
    `${what}${marked.length === 0 ? '; no field marked personal or secret' : `; ${marked.join(', ')}`}`,
    `${tool.kind}${tool.egress ? ' that sends data out' : ''}: ${tool.description}`,
  ]
}

const fieldsOf = (fields: readonly ClassifiedField[], way: string): string[] =>
  fields
    .filter(({ classification }) => classification !== 'money')
    .map(
      ({ path, classification }) => `${path.join('.')} (${classification === 'pii' ? 'personal' : 'secret'}, ${way})`,
    )

function whatIsKept({ logging, notEnforced }: Page): TrustSection {
  const isEnforced = (key: string) => !notEnforced.some((absent) => absent.key === key)
  const kept = (ms: number | undefined, key: string) =>
    ms === undefined
      ? 'until it is erased: the page names no time'
      : `${formatDuration(ms)}${isEnforced(key) ? '' : ' (asked for by the page; nothing enforces it yet)'}`
  return {
    heading: 'What is kept, and for how long',
    text: [
      'An event is never changed or removed. Content is erased by deleting its key, in every copy of the ledger at once.',
    ],
    table: {
      head: ['What', 'How long'],
      rows: [
        ['prompts and answers of the model', kept(logging?.storePromptsMs, 'logging.store_prompts')],
        [
          'arguments, facts, results and judgements of tool calls',
          kept(logging?.storeToolMetadataMs, 'logging.store_tool_metadata'),
        ],
        ['events: ids, codes, numbers, times, hashes, pseudonyms, names of people who acted', 'for good'],
        ['runs that an open incident has pinned', 'until it is closed'],
      ],
    },
  }
}

function whatIsEncrypted({ ledger }: TrustHouse): TrustSection {
  return {
    heading: 'What is encrypted, and how',
    text: [
      'Content (prompts, arguments, facts, results, words of people) is sealed with AES-256-GCM, under one key for each run and class, bound to its place. The keys stand in the keyring, not in the ledger or its backups.',
      'What is touched (an invoice, a customer) stands in events as a keyed pseudonym (HMAC-SHA-256): who has the ledger alone can neither read nor guess it.',
      'Events are chained by SHA-256; exports are signed with Ed25519.',
      `Connections to models and tools are as their code makes them. Encryption of the disk${ledger.startsWith('PostgreSQL') ? ', of the database' : ''} and of backups is the operator's.`,
    ],
  }
}

function howItIsStopped({ agent }: Page): TrustSection {
  return {
    heading: 'How it is stopped',
    text: [
      `One command, from any process that reaches the ledger, needing neither the project nor a model: charter stop on --scope agent:${agent.name} --reason "why" --as YOU.`,
      'It answers twice: committed, nothing new is sent from this moment; quiet, nothing that was sent before is still under way. A tool, a risk or everything can be stopped in the same way.',
      'What was held back is judged again before it is ever sent.',
    ],
  }
}

const whatCanBeProved = (): TrustSection => ({
  heading: 'What can be proved afterwards',
  text: [
    'For every write: who asked for it, why, which rule of which page allowed it on which facts, what was cited, who agreed, what was sent and what came back (charter ledger find).',
    'A changed, missing, added or cut event in an export is found and named, without this house (charter ledger verify).',
  ],
})

/** As docs/explanation/what-is-promised.md has them: a test holds the two together. */
export const notPromised: readonly (readonly [string, string])[] = [
  [
    'What a paused process does.',
    'Between the last check and the socket a process can be paused. Its key, its deadline and its time to settle bound what comes of it.',
  ],
  [
    'Exactly-once at a system that offers neither keys nor a way to look up.',
    'The effect is then unknown, and says so.',
  ],
  [
    'That an unwitnessed ledger withstands the holder of its key.',
    'Keep exports or their checkpoints where the operators cannot write.',
  ],
  [
    'That a collector keeps what it acknowledges.',
    'The ledger still has it: without the cursor of its exporter, everything is exported again.',
  ],
  ['That the vendor, the group file or the tools are honest.', 'Facts are what the system of record says.'],
  ['That a model is right.', 'The page, the grant, the check and the people bound what comes of it.'],
]

const whatIsNotPromised = (): TrustSection => ({
  heading: 'What is not promised',
  text: [],
  table: { head: ['Not promised', 'What holds instead'], rows: notPromised.map((row) => [...row]) },
})

const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')
