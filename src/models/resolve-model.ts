/**
 * The model behind an id on the page. Providers are the user's own installation of the AI SDK: Charter brings none.
 */
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { CharterError, nearest } from '../errors.ts'

export interface ResolveModelOptions {
  /** An endpoint that speaks OpenAI's chat completions; every model that is not configured is asked for there. */
  baseUrl?: string | undefined
  /** For `baseUrl` only: provider packages read their own keys. */
  apiKey?: string | undefined
  /** How a package of the user's is loaded; unless said otherwise by `import`, from where Charter is installed. */
  load?: (specifier: string) => Promise<unknown>
}

/**
 * `id` is a key of `configured`, or `provider/name`: the model `name` of `@ai-sdk/<provider>`, or of the endpoint at
 * `baseUrl` (there the provider is only a word, and the name may hold further slashes). Throws `model_unknown`.
 */
export async function resolveModel(
  id: string,
  configured: Readonly<Record<string, LanguageModelV4>>,
  { baseUrl, apiKey, load = (specifier) => import(specifier) }: ResolveModelOptions = {},
): Promise<LanguageModelV4> {
  const own = Object.hasOwn(configured, id) ? configured[id] : undefined
  if (own) return own
  const known = Object.keys(configured)
  const { provider, name } = splitId(id, known)
  const from = baseUrl === undefined ? `@ai-sdk/${provider}` : '@ai-sdk/openai-compatible'
  const module = await loadPackage(from, id, known, load)
  const models =
    baseUrl === undefined
      ? findProvider(module, provider)
      : createEndpoint(module, { name: provider, baseURL: baseUrl, ...(apiKey !== undefined && { apiKey }) })
  if (!models)
    throw unknownModel(
      id,
      known,
      `\`${from}\` offers no ready provider`,
      'configure the model in the project configuration',
    )
  return checkVersion(models.languageModel(name), id, from)
}

function splitId(id: string, known: readonly string[]): { provider: string; name: string } {
  const [, provider, name] = /^([a-z0-9][a-z0-9-]*)\/(\S+)$/.exec(id) ?? []
  if (provider !== undefined && name !== undefined) return { provider, name }
  throw unknownModel(id, known, 'it is not configured', 'write it as `provider/name`, such as `openai/gpt-4.1-mini`')
}

async function loadPackage(
  specifier: string,
  id: string,
  known: readonly string[],
  load: (specifier: string) => Promise<unknown>,
): Promise<object> {
  try {
    const module = await load(specifier)
    return typeof module === 'object' && module !== null ? module : {}
  } catch (cause) {
    const problem = isMissing(cause, specifier) ? 'is not installed' : 'cannot be loaded'
    throw unknownModel(id, known, `\`${specifier}\` ${problem}`, `npm install ${specifier}`, cause)
  }
}

/** Missing itself: a package that is there and lacks one of its own is broken instead. */
function isMissing(error: unknown, specifier: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${specifier}'`)
  )
}

interface Models {
  languageModel(name: string): unknown
}

/** `openai` of `@ai-sdk/openai`; where the export is called otherwise (`bedrock`), the first that is a provider. */
function findProvider(module: object, provider: string): Models | undefined {
  const exported = new Map<string, unknown>(Object.entries(module))
  const name = provider.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return [exported.get(name), ...exported.values()].find(isModels)
}

function isModels(value: unknown): value is Models {
  const isHolder = typeof value === 'function' || (typeof value === 'object' && value !== null)
  return isHolder && 'languageModel' in value && typeof value.languageModel === 'function'
}

function createEndpoint(
  module: object,
  settings: { name: string; baseURL: string; apiKey?: string },
): Models | undefined {
  if (!('createOpenAICompatible' in module) || typeof module.createOpenAICompatible !== 'function') return undefined
  const models: unknown = module.createOpenAICompatible(settings)
  return isModels(models) ? models : undefined
}

function checkVersion(model: unknown, id: string, from: string): LanguageModelV4 {
  if (isModelV4(model)) return model
  throw new CharterError(
    'model_unknown',
    `model \`${id}\`: the installed \`${from}\` speaks another version of the interface`,
    {
      hint: `npm install ${from}@latest`,
      param: id,
    },
  )
}

function isModelV4(model: unknown): model is LanguageModelV4 {
  return (
    typeof model === 'object' &&
    model !== null &&
    'specificationVersion' in model &&
    model.specificationVersion === 'v4'
  )
}

function unknownModel(
  id: string,
  known: readonly string[],
  problem: string,
  hint: string,
  cause?: unknown,
): CharterError {
  const near = nearest(id, known)
  return new CharterError('model_unknown', `model \`${id}\`: ${problem}`, {
    hint: near ? `did you mean \`${near}\`? Otherwise ${hint}` : hint,
    param: id,
    cause,
  })
}
