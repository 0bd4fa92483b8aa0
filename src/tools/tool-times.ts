/** The times, counts and rates of a tool: read from how they are written, with the defaults filled in. */
import { parseDuration, parseRate } from '../duration.ts'
import { CharterError } from '../errors.ts'
import type { Tool } from './tool.ts'
import type { AnyToolDefinition } from './tool-definition.ts'

type Times = Pick<
  Tool,
  'idempotency' | 'atMostOnce' | 'deadlineMs' | 'settlesWithinMs' | 'retry' | 'breaker' | 'rate' | 'once'
>

/** Throws `tool_invalid` for a time that is none. */
export function readTimes(definition: AnyToolDefinition): Times {
  const { name, idempotency, breaker, rate, once } = definition
  const time = (param: string, text: string, least = 1) => readTime(name, param, text, least)
  const atMostOnce = sendsOnce(definition)
  const { attempts = atMostOnce ? 1 : 3, backoff = '200ms', max = '5s' } = definition.retry ?? {}
  return {
    idempotency: idempotency && { honouredMs: time('idempotency.honoured', idempotency.honoured) },
    atMostOnce,
    deadlineMs: time('deadline', definition.deadline ?? '10s'),
    settlesWithinMs: time('settlesWithin', definition.settlesWithin ?? '5s', 0),
    retry: { attempts, backoffMs: time('retry.backoff', backoff, 0), maxMs: time('retry.max', max, 0) },
    breaker: { failures: breaker?.failures ?? 5, coolDownMs: time('breaker.coolDown', breaker?.coolDown ?? '30s') },
    rate: rate === undefined ? undefined : readRate(name, rate),
    once: once && { per: once.per, withinMs: time('once.within', once.within) },
  }
}

/** Of a read that sends data out nothing is known after a lost answer, so without a way to find out it is not repeated. */
function sendsOnce({ kind, egress, atMostOnce, idempotency, verify }: AnyToolDefinition): boolean {
  if (atMostOnce !== undefined || kind === 'write') return atMostOnce ?? false
  return egress === true && idempotency === undefined && verify === undefined
}

function readTime(tool: string, param: string, text: string, least: number): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= least) return ms
  throw new CharterError('tool_invalid', `tool \`${tool}\`: \`${param}\` is no time: \`${text}\``, {
    hint: 'write a whole number and a unit: `250ms`, `10s`, `5m`, `4h`, `30d`',
    param,
  })
}

function readRate(tool: string, text: string) {
  const rate = parseRate(text)
  if (rate !== undefined) return rate
  throw new CharterError('tool_invalid', `tool \`${tool}\`: \`rate\` is no rate: \`${text}\``, {
    hint: 'write a number of calls and a unit: `3/s`, `10/min`, `100/h`, `1000/d`',
    param: 'rate',
  })
}
