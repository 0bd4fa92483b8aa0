/** Where exporters of spans keep how far they have come: a file for each ledger, environment and collector. */
import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isJsonObject, type Json } from '../json.ts'
import { type Cursor, fileCursor, positionOf } from '../telemetry/cursor.ts'
import type { ExporterAt } from '../telemetry/ledger-metrics.ts'
import type { OpenHouse } from './open-house.ts'

type Whose = Pick<OpenHouse, 'ledger' | 'tenant' | 'environment' | 'place'>

const ending = '.cursor.json'

const folderOf = ({ place }: Whose): string => path.join(path.dirname(place.keyring), 'telemetry')

const ownerOf = ({ ledger, tenant, environment }: Whose): string => `${ledger.id} ${tenant} ${environment} `

/** `collector`: host and path of its address. */
export function exporterCursor(house: Whose, collector: string, file: string | undefined): Cursor {
  const of = ownerOf(house) + collector
  const name = `${hash('sha256', of, 'hex').slice(0, 16)}${ending}`
  return fileCursor(file ?? path.join(folderOf(house), name), of)
}

/** All that export this ledger and environment from here. */
export function exportersOf(house: Whose): readonly ExporterAt[] {
  const folder = folderOf(house)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .flatMap((name) => exporterIn(path.join(folder, name), ownerOf(house)))
}

function exporterIn(file: string, owner: string): readonly ExporterAt[] {
  const kept: Json = JSON.parse(readFileSync(file, 'utf8'))
  if (!isJsonObject(kept) || typeof kept.of !== 'string' || !kept.of.startsWith(owner)) return []
  return [{ collector: kept.of.slice(owner.length), position: positionOf(fileCursor(file, kept.of).load()) }]
}
