import { z } from 'zod'
import { Refusal } from './refusal.ts'

/** A request that was recorded and routed. */
export interface DeskRequest {
  /** Its number in the log. */
  arrival: number
  /** When it was begun on, milliseconds since 1970. */
  at: number
  key: string | null
  params: Record<string, string>
  query: URLSearchParams
  body: string
}

export function parseBody<Shape extends z.ZodType>(shape: Shape, { body }: { body: string }): z.output<Shape> {
  const parsed = shape.safeParse(jsonOf(body))
  if (!parsed.success) throw new Refusal(422, 'invalid_body', z.prettifyError(parsed.error))
  return parsed.data
}

/** The key that a look-up asks for, as in `GET /refunds?key=…`. */
export function keyAsked({ query }: DeskRequest): string {
  const key = query.get('key')
  if (!key) throw new Refusal(422, 'key_missing', 'say which key to look for, as in `?key=rf_1a2b`')
  return key
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Refusal(422, 'invalid_json', 'the body is not JSON')
  }
}
