/** A span of ours as OpenTelemetry has it: the conventional names where there are any, `charter.*` for all that it says. */
import type { EndedSpan, SpanAttributes, SpanKind, SpanLink } from '../traces/span.ts'
import { conventional as known, operations, providerAndModel } from './semantic-conventions.ts'

export interface OtelSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: 'internal' | 'client'
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: SpanAttributes
  readonly links: readonly OtelLink[]
  /** Nothing unless it failed. */
  readonly error: string | undefined
}

export interface OtelLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: SpanAttributes
}

const titles: { readonly [Kind in SpanKind]: string } = {
  ...operations,
  turn: 'turn',
  action: 'action',
  judgement: 'judge',
  wait: 'wait for',
  effect: 'effect',
  settlement: 'settle',
  page: 'apply',
}

export function otelSpan(span: EndedSpan, run: string | undefined): OtelSpan {
  const { traceId, spanId, parentId, kind, of, place, startedAt, endedAt, failed, links } = span
  const title = kind === 'model' ? providerAndModel(of).model : of
  return {
    traceId,
    spanId,
    parentSpanId: parentId,
    name: `${titles[kind]} ${title}`,
    kind: kind === 'model' || kind === 'retrieval' ? 'client' : 'internal',
    startedAt,
    endedAt,
    attributes: {
      'charter.span': kind,
      'charter.place': place,
      'charter.run': run,
      ...ownAttributes(span.attributes),
      ...conventionalAttributes(span),
      [known.errorType]: failed,
    },
    links: links.map(otelLink),
    error: failed,
  }
}

const ownAttributes = (attributes: SpanAttributes): SpanAttributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`charter.${name}`, value]))

const otelLink = ({ to, traceId, spanId }: SpanLink): OtelLink => ({
  traceId,
  spanId,
  attributes: { 'charter.link': to },
})

function conventionalAttributes({ kind, of, attributes: said }: EndedSpan): SpanAttributes {
  switch (kind) {
    case 'run':
      return {
        [known.operation]: operations.run,
        [known.agentName]: of,
        [known.conversation]: said.session,
      }
    case 'model':
      return modelAttributes(of, said)
    case 'call':
    case 'retrieval':
    case 'attempt':
      return {
        [known.operation]: operations[kind],
        [known.toolName]: of,
        [known.toolCall]: said.call_id,
        [known.toolType]: 'function',
      }
    default:
      return {}
  }
}

function modelAttributes(of: string, said: SpanAttributes): SpanAttributes {
  const { provider, model } = providerAndModel(of)
  return {
    [known.operation]: operations.model,
    [known.provider]: provider,
    [known.requestModel]: model,
    [known.responseModel]: said.answered_model,
    [known.finishReasons]: typeof said.finish === 'string' ? [said.finish] : undefined,
    [known.inputTokens]: said.prompt_tokens,
    [known.outputTokens]: said.completion_tokens,
    [known.cachedInputTokens]: said.cached_prompt_tokens,
  }
}
