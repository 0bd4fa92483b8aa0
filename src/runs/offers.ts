/**
 * What follows from a compiled page, the tools of its agent and the prices alone: made once for each page, because
 * every start asks for the release and every turn for the tools.
 */
import type { CompiledCharter } from '../charter/compile.ts'
import type { PriceBook } from '../models/price-book.ts'
import type { Tool } from '../tools/tool.ts'
import { type Release, releaseOf } from './release.ts'
import { type ShownTools, shownTools } from './shown-tools.ts'

type Tools = ReadonlyMap<string, Tool>

/** `tools` are those that the page was compiled with. */
export interface Offers {
  shownTools(compiled: CompiledCharter, tools: Tools): ShownTools
  /** Throws `price_unknown`. */
  release(compiled: CompiledCharter, tools: Tools): Release
}

export function createOffers(prices: PriceBook): Offers {
  const shown = oncePerPage(shownTools)
  return {
    shownTools: shown,
    release: oncePerPage((compiled, tools) => releaseOf(compiled, tools, shown(compiled, tools), prices)),
  }
}

/** For as long as somebody holds the compiled page: compiled anew, with other tools, it is another. */
function oncePerPage<Made>(make: (compiled: CompiledCharter, tools: Tools) => Made): typeof make {
  const known = new WeakMap<CompiledCharter, { readonly made: Made }>()
  return (compiled, tools) => {
    const { made } = known.get(compiled) ?? { made: make(compiled, tools) }
    known.set(compiled, { made })
    return made
  }
}
