/**
 * Node loads a module once. So that what was saved is seen, every loading of the configuration carries a number in its
 * URL, and what it imports from the project's own folder inherits the number; packages stay the ones they are.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const parameter = 'charter-load'

export const loadQuery = (load: number): string => `?${parameter}=${load}`

/** From now on, for the modules below `folder`. */
export function loadProjectAnew(folder: string): { deregister(): void } {
  const root = `${pathToFileURL(folder).href}/`
  return registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const load = context.parentURL === undefined ? null : loadOf(context.parentURL)
      if (load === null || !isOwn(resolved.url, root)) return resolved
      return { ...resolved, url: `${resolved.url}${loadQuery(Number(load))}` }
    },
  })
}

const own = {
  charter: '../index',
  'charter/testing': '../testing',
  'charter/ledger-contract': '../ledger/ledger.contract',
} as const

/**
 * While it is registered, `charter` in the user's code is this very package, wherever another copy may stand: a tool that
 * threw the `NotCommitted` of a second copy would be believed to have thrown something else.
 */
export function useThisCharter(): { deregister(): void } {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const isOwnName = (name: string): name is keyof typeof own => Object.hasOwn(own, name)
  return registerHooks({
    resolve: (specifier, context, next) =>
      isOwnName(specifier)
        ? { url: new URL(`${own[specifier]}${extension}`, import.meta.url).href, shortCircuit: true }
        : next(specifier, context),
  })
}

const loadOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).searchParams.get(parameter) : null)

const isOwn = (url: string, root: string): boolean =>
  url.startsWith(root) && !url.includes('/node_modules/') && !url.includes('?')
