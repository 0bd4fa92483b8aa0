/** Which pages a command is about: those that were named, else those of the configuration, with the tools where they are known. */
import type { Page } from '../charter/page.ts'
import type { Problem } from '../charter/problem.ts'
import { CharterError, isCharterError } from '../errors.ts'
import type { Tool } from '../tools/tool.ts'
import { agentOf, type LoadedConfig, loadConfig } from './load-config.ts'
import { namesOf, readPage, readPageText } from './read-page.ts'
import type { Terminal } from './terminal.ts'

export interface LookedAt {
  readonly file: string
  readonly text: string
  /** Nothing where it cannot be read as a page. */
  readonly page: Page | undefined
  readonly problems: readonly Problem[]
  /** Nothing where no agent of the configuration has this page. */
  readonly tools: readonly Tool[] | undefined
}

/** Every named file, else every page of the configuration. Errors in a page are its problems, not exceptions. */
export async function lookAtPages(
  terminal: Pick<Terminal, 'cwd'>,
  files: readonly string[],
  config: string | undefined,
): Promise<readonly LookedAt[]> {
  const loaded = await (files.length > 0 ? loadUnlessAPageIsWrong(terminal, config) : loadConfig(terminal, config))
  const wanted = files.length > 0 ? files : (loaded?.config.agents.map(({ file }) => file) ?? [])
  if (wanted.length === 0) {
    throw new CharterError('usage', 'no page was named, and no `charter.config.ts` names one', {
      param: 'files',
      hint: 'charter check billing.charter.yaml',
    })
  }
  return wanted.map((file) => lookAtPage(terminal.cwd, file, loaded))
}

/** One page, by file or by the name of its agent; the only one of the configuration where nothing was named. */
export async function pickPage(
  terminal: Pick<Terminal, 'cwd'>,
  named: string | undefined,
  config: string | undefined,
): Promise<LookedAt & { readonly page: Page }> {
  const isFile = named !== undefined && /\.ya?ml$|[/\\]/.test(named)
  const loaded = isFile && config === undefined ? await loadIfItLoads(terminal) : await loadConfig(terminal, config)
  if (isFile || (named !== undefined && !loaded)) return usable(lookAtPage(terminal.cwd, named, loaded))
  if (!loaded) throw new CharterError('usage', 'no page was named', { param: 'page', hint: 'name a file' })
  return usable(lookAtPage(terminal.cwd, agentOf(loaded, named).file, loaded))
}

/** A file that was named can be read whatever the project around it is like. */
async function loadIfItLoads(terminal: Pick<Terminal, 'cwd'>): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfig(terminal, undefined)
  } catch {
    return undefined
  }
}

/** A configuration whose page is wrong does not load; the page that was named is then looked at without its tools. */
async function loadUnlessAPageIsWrong(
  terminal: Pick<Terminal, 'cwd'>,
  config: string | undefined,
): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfig(terminal, config)
  } catch (error) {
    if (isCharterError(error) && error.code === 'charter_invalid') return undefined
    throw error
  }
}

function usable(looked: LookedAt): LookedAt & { readonly page: Page } {
  const { page } = looked
  if (page) return { ...looked, page }
  const first = looked.problems.find(({ level }) => level === 'error')
  throw new CharterError('charter_invalid', first?.message ?? `\`${looked.file}\` cannot be read as a charter`, {
    hint: first?.hint,
    place: first?.place,
    details: { problems: looked.problems },
  })
}

function lookAtPage(cwd: string, file: string, loaded: LoadedConfig | undefined): LookedAt {
  const { full, shown } = namesOf(cwd, file)
  const agent = loaded?.config.agents.find((candidate) => candidate.file === full)
  const tools = agent && [...agent.tools.values()]
  const text = readPageText(full, shown)
  try {
    const { page, problems } = readPage(cwd, file)
    return { file: shown, text, page, problems, tools }
  } catch (error) {
    const problems = problemsOf(error)
    if (!problems) throw error
    return { file: shown, text, page: undefined, problems, tools }
  }
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (!isCharterError(error) || error.code !== 'charter_invalid') return undefined
  const { problems } = error.details
  return Array.isArray(problems) ? problems : undefined
}
