/** The user's `charter.config.ts`: found upwards from where the command was called, loaded as the module it is. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Agent } from '../define-agent.ts'
import type { CharterConfig } from '../define-config.ts'
import { CharterError, isCharterError, nearest } from '../errors.ts'
import { text } from './parameter.ts'
import { configNames, findRoot } from './place.ts'
import { useThisCharter } from './project-modules.ts'
import type { Terminal } from './terminal.ts'

export const configOption = text('--config <file>', 'the project configuration, charter.config.ts upwards from here')

export interface LoadedConfig {
  readonly file: string
  readonly folder: string
  readonly config: CharterConfig
}

/** Nothing where none stands; what `--config` names must stand. Throws `config_invalid`. */
export async function loadConfig(
  terminal: Pick<Terminal, 'cwd'>,
  given: string | undefined,
): Promise<LoadedConfig | undefined> {
  const file = given === undefined ? findConfig(terminal.cwd) : path.resolve(terminal.cwd, given)
  if (file === undefined) return undefined
  if (!existsSync(file)) throw new CharterError('config_invalid', `no configuration stands at \`${file}\``)
  return importConfig(file, '')
}

/** Throws `config_invalid` where none stands, with what to do. */
export async function requireConfig(terminal: Pick<Terminal, 'cwd'>, given: string | undefined): Promise<LoadedConfig> {
  const loaded = await loadConfig(terminal, given)
  if (loaded) return loaded
  throw new CharterError('config_invalid', 'no `charter.config.ts` stands here or in a folder above', {
    hint: 'go to the folder of the project, name the file with `--config`, or begin with `charter init`',
  })
}

/** The query makes a second loading of the same file another module, so that `dev` sees what was saved. */
export async function importConfig(file: string, query: string): Promise<LoadedConfig> {
  const folder = path.dirname(file)
  // A page named by a relative path is meant beside the configuration, wherever the command was called.
  const before = process.cwd()
  const hooks = useThisCharter()
  try {
    process.chdir(folder)
    const module: unknown = await import(`${pathToFileURL(file).href}${query}`)
    return { file, folder, config: readConfig(module, file) }
  } catch (cause) {
    if (isCharterError(cause)) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new CharterError('config_invalid', `\`${file}\` cannot be loaded: ${said}`, {
      cause,
      hint: 'run it alone with `node` to see where it fails',
    })
  } finally {
    hooks.deregister()
    process.chdir(before)
  }
}

/** The agent of that name; the only one where none was named. */
export function agentOf({ config, file }: LoadedConfig, name: string | undefined): Agent {
  const names = config.agents.map((agent) => agent.name)
  const [only] = config.agents
  if (name === undefined && only && config.agents.length === 1) return only
  const found = config.agents.find((agent) => agent.name === name)
  if (found) return found
  const near = name === undefined ? undefined : nearest(name, names)
  throw new CharterError(
    'agent_unknown',
    name === undefined ? `\`${file}\` has several agents: name one` : `no agent \`${name}\` stands in \`${file}\``,
    { param: 'agent', hint: near === undefined ? `one of ${names.join(', ')}` : `did you mean \`${near}\`?` },
  )
}

function findConfig(cwd: string): string | undefined {
  const root = findRoot(cwd)
  const files = root === undefined ? [] : configNames.map((name) => path.join(root, name))
  return files.find((file) => existsSync(file))
}

const known = ['agents', 'models', 'endpoint', 'prices', 'costs', 'metrics', 'redactor']

function readConfig(module: unknown, file: string): CharterConfig {
  const config = isRecord(module) ? module.default : undefined
  if (!isRecord(config) || !Array.isArray(config.agents) || !config.agents.every(isAgent)) {
    throw new CharterError('config_invalid', `\`${file}\` does not export a configuration`, {
      hint: 'export default defineConfig({ agents: [defineAgent({ … })] })',
    })
  }
  const unknown = Object.keys(config).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    const near = nearest(unknown, known)
    throw new CharterError('config_invalid', `\`${file}\` has an unknown key \`${unknown}\``, {
      param: unknown,
      hint: near === undefined ? `it may hold ${known.join(', ')}` : `did you mean \`${near}\`?`,
    })
  }
  return { ...config, agents: config.agents }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isAgent = (value: unknown): value is Agent =>
  isRecord(value) && typeof value.name === 'string' && value.tools instanceof Map && typeof value.read === 'function'
