/**
 * Names that other tools know: OpenTelemetry's semantic conventions for generative AI, which are still "Development" and
 * change with every release. They stand here once, at one version, and everything else that Charter knows is `charter.*`.
 * Source: github.com/open-telemetry/semantic-conventions, `docs/gen-ai`, at this version; each stands in the npm package of it.
 */
export const semanticConventionsVersion = '1.41.0'

export const schemaUrl = `https://opentelemetry.io/schemas/${semanticConventionsVersion}`

export const conventional = {
  serviceName: 'service.name',
  environment: 'deployment.environment.name',
  errorType: 'error.type',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentName: 'gen_ai.agent.name',
  conversation: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  toolName: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
} as const

/** Values of `gen_ai.operation.name`. */
export const operations = {
  run: 'invoke_agent',
  model: 'chat',
  call: 'execute_tool',
  attempt: 'execute_tool',
  retrieval: 'retrieval',
} as const

const providers: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}

/** `openai/gpt-4.1` names provider and model; a provider that the conventions name otherwise is named so. */
export function providerAndModel(model: string): { readonly provider: string; readonly model: string } {
  const slash = model.indexOf('/')
  if (slash <= 0) return { provider: 'unknown', model }
  const named = model.slice(0, slash)
  return { provider: providers[named] ?? named, model: model.slice(slash + 1) }
}
