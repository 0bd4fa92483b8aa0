/**
 * Writes into the played pages what their houses print now. Read what it changed before you keep it.
 *
 *   node test/played-pages/write.ts [part of a file's name]
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { allPages, root } from '../../scripts/docs/pages.ts'
import { houses } from './houses.ts'
import { houseOf, playPage } from './play.ts'

const [wanted = ''] = process.argv.slice(2)
for (const { file, text } of allPages().filter((page) => page.file.includes(wanted))) {
  const open = houses[houseOf(text) ?? '']
  if (!open) continue
  await using project = await open()
  const { rewritten, differences } = await playPage(text, project)
  if (rewritten === text) continue
  writeFileSync(path.join(root, file), rewritten)
  process.stdout.write(`${file}\n${differences.map((difference) => `  ${difference}\n`).join('')}`)
}
