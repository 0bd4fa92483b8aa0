/** A run writes on a ticket of its own, whose name says who writes there: so the vendor's log alone shows what a stop covers. */
import type { DeskData } from '../../examples/refunds/desk/seed.ts'
import type { Scope, StopLevel } from '../../src/stops/stop.ts'

export const agentNames = ['alpha', 'beta'] as const
export type AgentName = (typeof agentNames)[number]

export const risks = { add_note: 'medium', send_reply: 'high' } as const
export type ToolName = keyof typeof risks
const toolNames = ['add_note', 'send_reply'] as const

export interface StopNamed {
  readonly scope: Scope
  /** Of an agent, tool or risk; else empty. */
  readonly value: string
  readonly level: StopLevel
}

/** Who writes, and with what. */
export interface Writer {
  readonly agent: AgentName
  readonly tool: ToolName
}

/** Runs side by side: each agent with each tool, sixteen times. */
export const lanes: readonly Writer[] = Array.from({ length: 64 }, (_, lane) => writerOf(lane))

const writers = agentNames.length * toolNames.length
/** No run ever writes on another's ticket, so each kind of writer has so many. */
const ticketsOfWriter = 8_000

export const ticketOf = ({ agent, tool }: Writer, n: number): string => `${agent}.${tool}.${n}`

/** Of a ticket, or of the path that a write to it goes to. */
export function writerIn(text: string): Writer | undefined {
  const [, agent, tool] = /(alpha|beta)\.(add_note|send_reply)\.\d+/.exec(text) ?? []
  const known = { agent: agentNames.find((name) => name === agent), tool: toolNames.find((name) => name === tool) }
  return known.agent && known.tool && { agent: known.agent, tool: known.tool }
}

export function isCovered({ scope, value }: StopNamed, { agent, tool }: Writer): boolean {
  if (scope === 'agent') return agent === value
  if (scope === 'tool') return tool === value
  return scope === 'risk' ? risks[tool] === value : true
}

/** Runs end by an abort of their agent, or of everything; an abort of a tool or a risk only cuts off what is under way. */
export const endsRuns = ({ scope, level }: StopNamed): boolean =>
  level === 'abort' && scope !== 'tool' && scope !== 'risk'

/** A shop that has nothing but tickets. */
export function helpDesk(): DeskData {
  const places = Array.from({ length: writers * ticketsOfWriter }, (_, place) => place)
  return {
    customers: [{ id: 'c_1', name: 'Elena', email: 'elena@mail.example' }],
    invoices: [],
    documents: [],
    tickets: places.map((place) => ({
      id: ticketOf(writerOf(place), Math.floor(place / writers)),
      customer: 'c_1',
      invoice: null,
      status: 'open',
      created_days_ago: 1,
      subject: 'A question',
      body: 'Where is it?',
    })),
  }
}

function writerOf(place: number): Writer {
  const agent = agentNames[place % agentNames.length] ?? 'alpha'
  const tool = toolNames[Math.floor(place / agentNames.length) % toolNames.length] ?? 'add_note'
  return { agent, tool }
}
