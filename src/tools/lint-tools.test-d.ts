/** The page of a charter is a page that can be linted, though tools know nothing of charters. */
import type { Page } from '../charter/page.ts'
import { lintTools } from './lint-tools.ts'

export const lintPage = (page: Page) => lintTools([], page)
