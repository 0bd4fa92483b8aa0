import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CharterError } from '../../errors.ts'
import { perhaps, text } from '../parameter.ts'
import { quoted } from '../quoted.ts'
import { namesOf } from '../read-page.ts'
import { starterFiles } from '../starter.ts'
import { verb } from '../verb.ts'

export const init = verb({
  name: 'init',
  about: 'A project that works: an agent, its page, two tools, people, and a model that needs no key.',
  help: 'Nothing that stands there is written over; a `package.json` that stands there already is left as it is.',
  args: { folder: perhaps('where to; here unless named') },
  options: { from: text('--from <package>', 'what to install charter from, such as a tarball') },
  examples: ['init', 'init support-agent'],
  run: async (call, given) => {
    const folder = path.resolve(call.terminal.cwd, given.folder ?? '.')
    const { version, zod, source } = thisPackage()
    const files = starterFiles({ name: nameOf(folder), charter: given.from ?? source ?? `^${version}`, zod })
    const wanted = Object.entries(files).filter(
      ([name]) => name !== 'package.json' || !existsSync(path.join(folder, name)),
    )
    refuseToOverwrite(folder, wanted)
    mkdirSync(folder, { recursive: true })
    for (const [name, content] of wanted) writeFileSync(path.join(folder, name), content)
    const written = wanted.map(([name]) => name)
    const shown = namesOf(call.terminal.cwd, folder).shown
    const install = ['npm install', ...missingFrom(folder, files['package.json'] ?? '{}')].join(' ')
    const next = `${shown === '' ? '' : `cd ${quoted(shown)} && `}${install} && npx charter dev`
    call.answer({ folder, files: written, next }, () => [
      ...written.map((name) => `wrote ${name}`),
      '',
      `next: ${next}`,
    ])
    return 0
  },
})

/** What a `package.json` that was left as it is does not name yet. */
function missingFrom(folder: string, ours: string): string[] {
  const named = (text: string): Record<string, string> => JSON.parse(text).dependencies ?? {}
  const there = named(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const missing = Object.entries(named(ours)).filter(([name]) => !(name in there))
  return missing.map(([name, from]) =>
    quoted(from.startsWith('file:') ? from.slice('file:'.length) : `${name}@${from}`),
  )
}

function refuseToOverwrite(folder: string, wanted: readonly (readonly [string, string])[]): void {
  const there = wanted.map(([name]) => name).filter((name) => existsSync(path.join(folder, name)))
  if (there.length === 0) return
  throw new CharterError('usage', `\`${folder}\` holds ${there.map((name) => `\`${name}\``).join(', ')} already`, {
    param: 'folder',
    hint: 'name an empty folder: charter init support-agent',
  })
}

/** Installed, it is found by its version; in a checkout only by where it stands. */
function thisPackage(): { version: string; zod: string; source: string | undefined } {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const { version, dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  const isInstalled = root.split(path.sep).includes('node_modules')
  return {
    version,
    zod: dependencies.zod ?? '4',
    source: isInstalled ? undefined : `file:${root.replace(/[/\\]$/, '')}`,
  }
}

/** As npm allows it. */
const nameOf = (folder: string): string =>
  path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'support-agent'
