/** The tickets of the demo, what each of them shows, and who says what when a run asks. */
import type { FaultRule } from '../desk/faults.ts'

/** Words for `charter approval`, with the id of the question left out. */
export type Reply = readonly [verb: 'grant' | 'deny' | 'edit', ...options: string[]]

export interface DemoTicket {
  /** As `../data` numbers it, like the invoice. */
  readonly ticket: string
  readonly invoice: string
  readonly about: string
  readonly shows: string
  /** What the desk does to the next write, once. */
  readonly fault?: FaultRule
  /** What people say to a question about the tool, where it is not the usual. */
  readonly replies?: Readonly<Record<string, Reply>>
  /** How the scripted run ends, the cents that it refunds, and how often people are asked on the way. */
  readonly ends: { readonly status: string; readonly code?: string; readonly refunded: number; readonly asked?: number }
}

/** Finance says yes to what the page lets it be asked, a support lead reads before something is sent. */
export const usualReplies: Readonly<Record<string, Reply>> = {
  request_refund: ['grant', '--as', 'fay@acme.example', '--yes'],
  send_reply: ['grant', '--as', 'sam@acme.example', '--yes'],
}

export const demoTickets: readonly DemoTicket[] = [
  {
    ticket: 'ZD-188240',
    invoice: 'in_94A2',
    about: 'charged twice, 24.00 USD',
    shows: 'a refund carried out',
    ends: { status: 'done', refunded: 2400 },
  },
  {
    ticket: 'ZD-188233',
    invoice: 'in_93K2',
    about: 'a cracked lid, 49.00 USD',
    shows: 'one that waits for a person, who says yes from another process',
    ends: { status: 'done', refunded: 4900, asked: 1 },
  },
  {
    ticket: 'ZD-188246',
    invoice: 'in_94D0',
    about: 'a whole machine, 249.00 USD',
    shows: 'an invalid call corrected; the refund refused, and the rules that refused it',
    ends: { status: 'denied', code: 'denied_by_policy', refunded: 0 },
  },
  {
    ticket: 'ZD-188261',
    invoice: 'in_94E5',
    about: 'a month that nobody paid',
    shows: 'one that hit its budget and went to a human',
    ends: { status: 'handed_off', code: 'budget_exceeded', refunded: 0 },
  },
  {
    ticket: 'ZD-188257',
    invoice: 'in_94C3',
    about: 'two missing bags, 8.00 USD',
    shows: 'a retry that does not refund twice: the desk commits, and the line breaks before it answers',
    fault: { method: 'POST', path: '/refunds', times: 1, fault: 'commit_then_disconnect' },
    ends: { status: 'done', refunded: 800 },
  },
  {
    ticket: 'ZD-188250',
    invoice: 'in_94F8',
    about: 'a kettle of 71 days ago, 45.00 USD',
    shows: 'one that a person refuses',
    replies: {
      request_refund: ['deny', '--as', 'fay@acme.example', '--reason', 'bought 71 days ago; that page was superseded'],
    },
    ends: { status: 'denied', code: 'approval_denied', refunded: 0, asked: 1 },
  },
  {
    ticket: 'ZD-188252',
    invoice: 'in_94G4',
    about: 'stale beans, 22.00 USD, and words of an attacker',
    shows: 'the model obeys a poisoned ticket; grant and check bound what comes of it',
    ends: { status: 'done', refunded: 2200 },
  },
  {
    ticket: 'ZD-188263',
    invoice: 'in_94H9',
    about: 'when will the cups be here?',
    shows: 'an answer that its approver puts into better words',
    replies: {
      send_reply: [
        'edit',
        '--as',
        'sam@acme.example',
        '--yes',
        '--arguments',
        '{"ticket":"TICKET","text":"Dear Luis, your six cups left us on Monday and reach you by Friday. Sam"}',
      ],
    },
    ends: { status: 'done', refunded: 0, asked: 2 },
  },
]

/** Asked for while refunds are stopped. */
export const stoppedTicket: DemoTicket = {
  ticket: 'ZD-188241',
  invoice: 'in_94B6',
  about: '86.00 USD, while refunds are stopped',
  shows: 'a stop, pressed from another process',
  ends: { status: 'denied', code: 'stopped', refunded: 0 },
}
